"""The matrix in the shapes of its template."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.screens.presenters.status import SIGNS, Sign
from forms_app.selectors.casebook import Casebook, VisitEntry
from forms_app.selectors.status import Status
from trial.protocol import STUDY

COLUMNS = STUDY.schedule.planned


@dataclass(frozen=True)
class Cell:
    """A visit of a participant: its sign, and one short line that says more."""

    visit: str
    label: str
    sign: Sign
    detail: str
    open_queries: int


@dataclass(frozen=True)
class MatrixRow:
    code: str
    site: str
    state: str
    cells: tuple[Cell, ...]
    unscheduled: tuple[Cell, ...]


def row(casebook: Casebook) -> MatrixRow:
    participant = casebook.participant
    unscheduled = casebook.unscheduled
    return MatrixRow(
        code=participant.code,
        site=participant.site.name,
        state=participant.state,
        cells=tuple(cell(entry) for entry in casebook.visits if entry not in unscheduled),
        unscheduled=tuple(cell(entry) for entry in unscheduled),
    )


def cell(entry: VisitEntry) -> Cell:
    planned = entry.planned
    return Cell(planned.code, _(planned.label), SIGNS[entry.status], _detail(entry), entry.open_queries)


def _detail(entry: VisitEntry) -> str:
    held, window = entry.held, entry.window
    if entry.status is Status.PARTLY:
        return _("{complete} of {all} forms").format(complete=entry.completed_forms, all=len(entry.forms))
    if held is not None:
        return _day(held.visit_date) if held.visit_date else ""
    if window is None:
        return ""
    if entry.status is Status.NOT_DUE:
        return _("from {day}").format(day=_day(window.first))
    if entry.status in (Status.DUE, Status.IN_WINDOW):
        return _("until {day}").format(day=_day(window.last))
    return _("since {day}").format(day=_day(window.last)) if entry.status is Status.OVERDUE else ""


def _day(day: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT")
