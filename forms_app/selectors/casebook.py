"""The casebook: a participant's visits in the order of the schedule, with their forms and how far each is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from forms_app.models.query import OPEN
from forms_app.selectors.status import Outlook, Status
from trial.crf import registry
from trial.crf.answers import Answers
from trial.lifecycle import IN_PROGRESS
from trial.models import Consent, Participant, Record, Visit
from trial.protocol import STUDY
from trial.protocol.schedule import Visit as PlannedVisit
from trial.protocol.schedule import Window
from trial.selectors.anchors import injection_date


@dataclass(frozen=True)
class FormEntry:
    """One form of a visit, with its record when there is one."""

    form: type[Answers]
    record: Record | None
    open_queries: int

    @property
    def state(self) -> str:
        """The state of the record; "empty" without one."""
        if self.record is None:
            return "empty"
        return "removed" if self.record.removed else self.record.state

    @property
    def is_complete(self) -> bool:
        return self.state not in ("empty", "removed", IN_PROGRESS)


@dataclass(frozen=True)
class VisitEntry:
    """One visit: as planned, as held (None when not recorded), its window and status."""

    planned: PlannedVisit
    held: Visit | None
    window: Window | None
    status: Status
    forms: tuple[FormEntry, ...]

    def record(self, form: type[Answers]) -> Record | None:
        """The record of a form, removed or not; None when nothing was saved."""
        return next((entry.record for entry in self.forms if entry.form is form), None)

    @property
    def completed_forms(self) -> int:
        return sum(entry.is_complete for entry in self.forms)

    @property
    def open_queries(self) -> int:
        return sum(entry.open_queries for entry in self.forms)

    @property
    def days_outside(self) -> int:
        """How far the actual date lies before (negative) or after the window; 0 inside it."""
        day = self.held.visit_date if self.held else None
        return self.window.days_outside(day) if self.window and day else 0


@dataclass(frozen=True)
class Casebook:
    """A participant with every planned visit and the unscheduled ones that were recorded."""

    participant: Participant
    anchor: date | None
    today: date
    visits: tuple[VisitEntry, ...]

    def visit(self, code: str) -> VisitEntry | None:
        return next((entry for entry in self.visits if entry.planned.code == code), None)

    @property
    def has_consent(self) -> bool:
        """Whether the informed consent is saved and in use."""
        forms = (entry for visit in self.visits for entry in visit.forms)
        return any(entry.form is Consent and entry.state not in ("empty", "removed") for entry in forms)

    @property
    def unscheduled(self) -> tuple[VisitEntry, ...]:
        return tuple(entry for entry in self.visits if STUDY.schedule.is_unscheduled(entry.planned.code))


def read(participant: Participant, *also: str) -> Casebook:
    """The casebook of one participant, with visits that are asked for although nothing is recorded of
    them yet; three statements."""
    return read_all({participant: injection_date(participant)}, *also)[0]


def read_all(anchors: dict[Participant, date | None], *also: str) -> list[Casebook]:
    """The casebooks of participants, given with the dates of their injections; two statements in all."""
    held, filled = _visits(anchors), _records(anchors)
    return [
        _casebook(participant, anchor, held[participant.pk], filled, also)
        for participant, anchor in anchors.items()
    ]


def _visits(participants: Iterable[Participant]) -> dict[int, dict[str, Visit]]:
    found: dict[int, dict[str, Visit]] = defaultdict(dict)
    for visit in Visit.objects.filter(participant__in=list(participants)):
        found[visit.participant_id][visit.code] = visit
    return found


def _records(participants: Iterable[Participant]) -> dict[tuple[int | None, str], FormEntry]:
    records = Record.objects.filter(participant__in=list(participants), repeat=1).annotate(
        open_queries=Count("queries", filter=Q(queries__state=OPEN))
    )
    return {
        (record.visit_id, record.form): FormEntry(_form(record.form), record, record.open_queries)
        for record in records
    }


def _form(code: str) -> type[Answers]:
    form = registry.form(code)
    assert form is not None
    return form


def _casebook(
    participant: Participant,
    anchor: date | None,
    held: dict[str, Visit],
    filled: dict[tuple[int | None, str], FormEntry],
    also: tuple[str, ...],
) -> Casebook:
    today = participant.site.today()
    outlook = Outlook(participant.state, anchor, today, frozenset(held))
    entries = tuple(
        _entry(planned, held.get(planned.code), outlook, filled) for planned in _planned_and({*held, *also})
    )
    return Casebook(participant, anchor, today, entries)


def _planned_and(held: Iterable[str]) -> list[PlannedVisit]:
    """The planned visits, and the recorded ones that are not among them, in the order of the schedule."""
    codes = {visit.code for visit in STUDY.schedule.planned} | set(held)
    visits = (STUDY.schedule.visit(code) for code in sorted(codes, key=STUDY.schedule.position))
    return [visit for visit in visits if visit is not None]


def _entry(
    planned: PlannedVisit,
    held: Visit | None,
    outlook: Outlook,
    filled: dict[tuple[int | None, str], FormEntry],
) -> VisitEntry:
    visit_id = held.pk if held else -1
    forms = tuple(filled.get((visit_id, code), FormEntry(_form(code), None, 0)) for code in planned.forms)
    status = outlook.status(planned) if held is None else _status(held, forms)
    return VisitEntry(planned, held, planned.window(outlook.anchor), status, forms)


def _status(held: Visit, forms: tuple[FormEntry, ...]) -> Status:
    if held.occurred != "Y":
        return Status.NOT_DONE
    return Status.DONE if all(entry.is_complete for entry in forms) else Status.PARTLY
