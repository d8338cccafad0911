"""The casebook: a participant's visits in the order of the schedule with their forms, and the logs, and how
far each is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Exists, JSONField, OuterRef, Q, Value
from django.db.models.functions import JSONObject

from forms_app.models import Signature
from forms_app.models.query import OPEN
from forms_app.models.signature import CASEBOOK, RECORD, VISIT
from forms_app.selectors.status import Outlook, Status
from trial.crf import registry
from trial.crf.answers import Answers
from trial.lifecycle import IN_PROGRESS, MOVED_BY, OPEN_FROM, PARTICIPANT_MOVES
from trial.models import Consent, Participant, Record, Visit
from trial.protocol import STUDY
from trial.protocol.schedule import Log, Window
from trial.protocol.schedule import Visit as PlannedVisit
from trial.selectors.anchors import injection_date_of
from trial.words import Sentence

# Visits whose forms nobody fills in any more. One that was missed still wants its word.
WITHOUT_FORMS = {Status.NOT_DONE, Status.NOT_APPLICABLE}
# The open questions about a record.
ASKED = JSONBAgg(
    JSONObject(template="queries__sentence", values="queries__values"),
    filter=Q(queries__state=OPEN),
    order_by="queries__id",
    default=Value([], JSONField()),
)
# Whether a signature, broken or not, stands over a record: who opens a form need not ask again.
SIGNED = Exists(
    Signature.objects.filter(
        Q(scope=CASEBOOK, participant=OuterRef("participant"))
        | Q(scope=VISIT, visit=OuterRef("visit"))
        | Q(scope=RECORD, record=OuterRef("pk"))
    )
)


@dataclass(frozen=True)
class FormEntry:
    """One form of a visit or entry of a log, with its record when there is one and what is asked about it."""

    form: type[Answers]
    record: Record | None
    questions: tuple[Sentence, ...] = ()

    @property
    def open_queries(self) -> int:
        return len(self.questions)

    @property
    def visit_id(self) -> int | None:
        return self.record.visit_id if self.record else None

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
    def is_unscheduled(self) -> bool:
        return STUDY.schedule.is_unscheduled(self.planned.code)

    @property
    def days_outside(self) -> int:
        """How far the actual date lies before (negative) or after the window; 0 inside it."""
        day = self.held.visit_date if self.held else None
        return self.window.days_outside(day) if self.window and day else 0


@dataclass(frozen=True)
class LogBook:
    """A log with its entries by number, removed ones too. `opened` says whether it takes another one."""

    form: type[Answers]
    repeats: bool
    entries: tuple[FormEntry, ...]
    opened: bool


@dataclass(frozen=True)
class Progress:
    """How many forms are complete, of how many that are expected, and how many values wait for a word."""

    complete: int
    expected: int
    open_queries: int


@dataclass(frozen=True)
class Casebook:
    """A participant with every planned visit and the unscheduled ones that were recorded, and each log."""

    participant: Participant
    anchor: date | None
    today: date
    visits: tuple[VisitEntry, ...]
    logs: tuple[LogBook, ...]

    def visit(self, code: str) -> VisitEntry | None:
        return next((entry for entry in self.visits if entry.planned.code == code), None)

    def form(self, code: str) -> FormEntry | None:
        """The first form of this code that is saved and in use."""
        return next((entry for entry in self.begun if entry.form.code == code), None)

    @property
    def has_consent(self) -> bool:
        """Whether the informed consent is saved and in use."""
        return self.form(Consent.code) is not None

    @property
    def unscheduled(self) -> tuple[VisitEntry, ...]:
        return tuple(entry for entry in self.visits if entry.is_unscheduled)

    @property
    def saved(self) -> tuple[FormEntry, ...]:
        """Every form with a record, of visits and of logs, removed ones too."""
        of_visits = (entry for visit in self.visits for entry in visit.forms)
        of_logs = (entry for log in self.logs for entry in log.entries)
        return tuple(entry for entry in (*of_visits, *of_logs) if entry.record)

    @property
    def begun(self) -> tuple[FormEntry, ...]:
        """Every form that is saved and in use."""
        return tuple(entry for entry in self.saved if entry.state != "removed")

    @property
    def progress(self) -> Progress:
        """Expected are the forms of all visits, but for those not done, and the entries that logs have."""
        awaited = (form for visit in self.visits if visit.status not in WITHOUT_FORMS for form in visit.forms)
        empty = sum(form.state in ("empty", "removed") for form in awaited)
        begun = self.begun
        return Progress(
            complete=sum(entry.is_complete for entry in begun),
            expected=len(begun) + empty,
            open_queries=sum(entry.open_queries for entry in begun),
        )


def read(participant: Participant, *also: str) -> Casebook:
    """The casebook of one participant, with visits that are asked for although nothing is recorded of
    them yet; two statements."""
    visits = Visit.objects.filter(participant=participant).annotate(anchor=injection_date_of("participant"))
    # Without a visit there was no injection.
    found = {visit.code: (visit, visit.anchor) for visit in visits}
    anchor = next((day for _visit, day in found.values()), None)
    held: dict[str, Visit] = {code: visit for code, (visit, _day) in found.items()}
    return _casebook(participant, anchor, held, _records([participant])[participant.pk], also)


def read_all(anchors: dict[Participant, date | None], *also: str) -> list[Casebook]:
    """The casebooks of participants, given with the dates of their injections; two statements in all."""
    held, filed = _visits(anchors), _records(anchors)
    return [
        _casebook(participant, anchor, held[participant.pk], filed[participant.pk], also)
        for participant, anchor in anchors.items()
    ]


def _visits(participants: Iterable[Participant]) -> dict[int, dict[str, Visit]]:
    found: dict[int, dict[str, Visit]] = defaultdict(dict)
    for visit in Visit.objects.filter(participant__in=list(participants)):
        found[visit.participant_id][visit.code] = visit
    return found


def _records(participants: Iterable[Participant]) -> dict[int, list[FormEntry]]:
    records = (
        Record.objects.filter(participant__in=list(participants))
        .annotate(asked=ASKED, signed=SIGNED)
        .order_by("repeat")
    )
    found: dict[int, list[FormEntry]] = defaultdict(list)
    for record in records:
        entry = FormEntry(_form(record.form), record, tuple(Sentence.of(each) for each in record.asked))
        found[record.participant_id].append(entry)
    return found


def _form(code: str) -> type[Answers]:
    form = registry.form(code)
    assert form is not None
    return form


def _casebook(
    participant: Participant,
    anchor: date | None,
    held: dict[str, Visit],
    filed: list[FormEntry],
    also: tuple[str, ...],
) -> Casebook:
    today = participant.site.today()
    outlook = Outlook(participant.state, anchor, today, frozenset(held))
    filled = {(entry.visit_id, entry.form.code): entry for entry in filed}
    entries = tuple(
        _entry(planned, held.get(planned.code), outlook, filled) for planned in _planned_and({*held, *also})
    )
    logs = tuple(_log(log, participant, filed) for log in STUDY.schedule.logs)
    return Casebook(participant, anchor, today, entries, logs)


def _log(log: Log, participant: Participant, filed: Iterable[FormEntry]) -> LogBook:
    form = _form(log.form)
    entries = tuple(entry for entry in filed if entry.form is form and entry.visit_id is None)
    opened = _is_open(log, participant) and (log.repeats or not entries)
    return LogBook(form, log.repeats, entries, opened)


def _is_open(log: Log, participant: Participant) -> bool:
    """Whether the participant has come far enough for the log, and can move to where it leads."""
    movable = log.form not in MOVED_BY or MOVED_BY[log.form] in PARTICIPANT_MOVES[participant.state]
    return movable and participant.reached in OPEN_FROM[log.opens]


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
    forms = tuple(filled.get((visit_id, code), FormEntry(_form(code), None)) for code in planned.forms)
    status = outlook.status(planned) if held is None else _status(held, forms)
    return VisitEntry(planned, held, planned.window(outlook.anchor), status, forms)


def _status(held: Visit, forms: tuple[FormEntry, ...]) -> Status:
    if held.occurred != "Y":
        return Status.NOT_DONE
    return Status.DONE if all(entry.is_complete for entry in forms) else Status.PARTLY
