"""The matrix in the shapes of its template."""

from dataclasses import dataclass
from datetime import date

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
    day: date | None
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
    detail, day = _detail(entry)
    planned = entry.planned
    return Cell(planned.code, planned.label, SIGNS[entry.status], detail, day, entry.open_queries)


def _detail(entry: VisitEntry) -> tuple[str, date | None]:
    held, window = entry.held, entry.window
    if entry.status is Status.PARTLY:
        return f"{entry.completed_forms} of {len(entry.forms)} forms", None
    if held is not None:
        return "", held.visit_date
    if window is None:
        return "", None
    if entry.status is Status.NOT_DUE:
        return "from", window.first
    if entry.status in (Status.DUE, Status.IN_WINDOW):
        return "until", window.last
    return ("since", window.last) if entry.status is Status.OVERDUE else ("", None)
