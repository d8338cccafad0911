"""What a file says of one participant, done by the services that the screens use, or refused by them.

Judging and saving are the same: judging does it all in a transaction that is taken back. So an import knows
no rule of its own, and nothing that it told beforehand can come differently, but by what others do meanwhile.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from forms_app.imports.content import Content, Place, Problem, SaidOfRecord, SaidOfVisit
from forms_app.imports.order import Enrolment, acts
from forms_app.imports.refused import refused
from forms_app.selectors import documents
from forms_app.selectors.records import find
from forms_app.services import records, rows
from trial.access import Right, check_right
from trial.audit.context import attributed
from trial.crf import registry
from trial.crf.reading import read
from trial.crf.submission import Submission
from trial.database_refusals import translate
from trial.lifecycle import ELIGIBLE
from trial.models import Participant, Record, Site, User, Visit
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.refusals import Refusal
from trial.services import participants, visits
from trial.services.visits import VisitDetails

NEW, CHANGED, UNCHANGED, REFUSED = N_("new"), N_("changed"), N_("unchanged"), N_("refused")
RESULTS: Final = (NEW, CHANGED, UNCHANGED, REFUSED)
# Stands for the reason while a file is judged: what is taken back needs none.
JUDGED_FOR: Final = "judged"
# More entries than these were hardly removed; the numbers are wrong.
MOST_LACKING: Final = 50
PARTICIPANT, ENROLMENT, VISIT, RECORD, STATE = "participant", "enrolment", "visit", "record", "state"


@dataclass(frozen=True)
class Outcome:
    """What comes of one visit, form or act. `version` is the one that was there before, None for nothing.

    `what` is one of PARTICIPANT, ENROLMENT, VISIT, RECORD and STATE. `row` is where the file says it.
    """

    what: str
    result: str
    place: Place
    visit: str = ""
    form: str = ""
    repeat: int = 1
    version: int | None = None
    problems: tuple[Problem, ...] = ()

    def plain(self) -> dict[str, Any]:
        """In JSON's types."""
        return {
            **{
                name: getattr(self, name) for name in ("what", "result", "visit", "form", "repeat", "version")
            },
            "place": _plain_place(self.place),
            "problems": [plain_problem(problem) for problem in self.problems],
        }


def plain_problem(problem: Problem) -> dict[str, Any]:
    """A problem in JSON's types: where, what stands there, and what is wrong with it."""
    return {**_plain_place(problem.place), "value": problem.value, "sentence": problem.sentence}


def _plain_place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "row": place.row, "column": place.column}


class Refused(Exception):
    """Something of a participant was refused, and nothing was to be left out."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


def judge(*, by: User, content: Content) -> list[Outcome]:
    """What would come of the content. Nothing of it is left."""
    with transaction.atomic():
        _reach_number(by, content.participant)
        outcomes = _Doing(by, JUDGED_FOR, {}).all_of(content)
        # What the database checks at the end of a transaction it checks here: there will be no end.
        problem = _broken_at_the_end()
        transaction.set_rollback(True)
    return [*outcomes, problem] if problem else outcomes


def save(
    *, by: User, content: Content, reason: str, judged: list[dict[str, Any]], skips: bool
) -> list[Outcome]:
    """Do it, in one transaction. Raises Refused when something is refused and nothing may be left out.

    `judged` are the plain outcomes of judging: what has another version since then is refused.
    """
    seen = {
        _key(each["what"], each["visit"], each["form"], each["repeat"]): each["version"] for each in judged
    }
    with transaction.atomic():
        outcomes = _Doing(by, reason, seen).all_of(content)
        if not skips and any(each.result == REFUSED for each in outcomes):
            raise Refused(outcomes)
    return outcomes


def _key(what: str, visit: str, form: str, repeat: int) -> tuple[str, str, str, int]:
    return what, visit, form, repeat


def _reach_number(by: User, code: str) -> None:
    """Let the site have given all codes before this one: participants before it in the file are judged apart.

    Part of a transaction that is taken back.
    """
    site, _dash, number = code.partition("-")
    if number.isascii() and number.isdigit() and not Participant.objects.filter(code=code).exists():
        with attributed(by=by):
            Site.objects.filter(code=site, last_number__lt=int(number)).update(last_number=int(number) - 1)


def _broken_at_the_end() -> Outcome | None:
    try:
        with transaction.atomic():
            connection.check_constraints()
    except IntegrityError as error:
        sentence = translate(error).sentence
        return Outcome(PARTICIPANT, REFUSED, Place(), problems=(Problem(Place(), "", sentence),))
    return None


@dataclass
class _Doing:
    """The acts for one participant. `seen` has the versions that were judged, empty while judging."""

    by: User
    reason: str
    seen: Mapping[tuple[str, str, str, int], int | None]
    _participant: Participant | None = field(default=None)
    # What there was before the first act; of a new participant there is nothing to ask for.
    _there: Set[tuple[str, str | None, int]] = field(default=frozenset())

    def all_of(self, content: Content) -> list[Outcome]:
        """Everything, in its order; what is refused is left out and told."""
        begun = self._begin(content)
        if self._participant is None:
            return [begun]
        outcomes = [begun]
        for act in acts(content):
            match act:
                case Enrolment():
                    outcomes += self._enrol(content)
                case SaidOfVisit():
                    outcomes.append(self._visit(act))
                case SaidOfRecord():
                    outcomes += self._entries_before(act)
                    outcomes.append(self._record(act))
        return [*outcomes, *self._other_state(content)]

    @property
    def participant(self) -> Participant:
        assert self._participant is not None
        return self._participant

    def _begin(self, content: Content) -> Outcome:
        code, place = content.participant, content.place
        try:
            check_right(self.by, Right.IMPORT, _site_of(code))
            found = Participant.objects.select_related("site").filter(code=code).first()
            if found:
                there = Record.objects.filter(participant=found)
                self._there = set(there.values_list("form", "visit__code", "repeat"))
            self._participant = found or self._add(code)
        except Refusal as refusal:
            return Outcome(PARTICIPANT, REFUSED, place, problems=(Problem(place, code, refusal.sentence),))
        return Outcome(PARTICIPANT, UNCHANGED if found else NEW, place)

    def _add(self, code: str) -> Participant:
        # The savepoint takes back the code that nobody wanted.
        with transaction.atomic():
            added = participants.add(by=self.by, site=_site_of(code))
            if added.code != code:
                raise refused(
                    "import_code",
                    _(
                        "The next new participant of the site gets the code {next}, so “{code}” "
                        "cannot be given. Codes have no gaps and are never chosen: put in whom the "
                        "file lacks, or correct the code."
                    ),
                    code=code,
                    next=added.code,
                )
        return added

    def _enrol(self, content: Content) -> Iterator[Outcome]:
        self._participant = participants.lock(self.participant)
        if self.participant.state != ELIGIBLE:
            return
        try:
            self._participant = participants.enrol(by=self.by, participant=self.participant)
        except Refusal as refusal:
            problem = Problem(content.place, "", refusal.sentence)
            yield Outcome(ENROLMENT, REFUSED, content.place, problems=(problem,))
            return
        yield Outcome(ENROLMENT, CHANGED, content.place)

    def _other_state(self, content: Content) -> Iterator[Outcome]:
        """The file tells another state than that to which everything led."""
        self.participant.refresh_from_db(fields=["state"])
        if content.state in ("", self.participant.state):
            return
        sentence = _(
            "The file says “{said}”, and what is saved leads to “{state}”. Put in what the file lacks, or "
            "leave its state out."
        ).format(said=_(content.state), state=_(self.participant.state))
        problem = Problem(content.state_place, content.state, sentence)
        yield Outcome(STATE, REFUSED, content.state_place, problems=(problem,))

    def _visit(self, said: SaidOfVisit) -> Outcome:
        stored = Visit.objects.filter(participant=self.participant, code=said.code).first()
        version = stored.version if stored else None

        def outcome(result: str, *problems: Problem) -> Outcome:
            return Outcome(VISIT, result, said.place, visit=said.code, version=version, problems=problems)

        try:
            details = _details(said, stored)
            if stored and all(getattr(stored, name) == value for name, value in details.columns().items()):
                return outcome(UNCHANGED)
            visits.save(
                by=self.by,
                participant=self.participant,
                code=said.code,
                details=details,
                expected_version=self.seen.get(_key(VISIT, said.code, "", 1), version),
                reason=self.reason,
            )
        except Refusal as refusal:
            return outcome(REFUSED, *_problems(refusal, said.place, said.places, said.columns))
        return outcome(CHANGED if stored else NEW)

    def _record(self, said: SaidOfRecord) -> Outcome:
        key = said.form, said.visit or None, said.repeat
        stored = find(self.participant, *key) if key in self._there else None
        version = stored.version if stored else None

        def outcome(result: str, *problems: Problem) -> Outcome:
            return Outcome(RECORD, result, said.place, said.visit, said.form, said.repeat, version, problems)

        try:
            submission = said.over(documents.read(stored).plain() if stored else None)
            if stored and not stored.removed and _agrees(self.participant, stored, submission):
                return outcome(UNCHANGED)
            saved = records.save(
                by=self.by,
                participant=self.participant,
                visit=said.visit or None,
                form=said.form,
                repeat=said.repeat,
                submission=submission,
                expected_version=self.seen.get(_key(RECORD, said.visit, said.form, said.repeat), version),
                reason=self.reason,
            )
        except Refusal as refusal:
            given = said.values | {path: code for path, code in said.missing.items() if code}
            return outcome(REFUSED, *_problems(refusal, said.place, said.places, given))
        if saved.created:
            return outcome(NEW)
        return outcome(CHANGED if saved.changed else UNCHANGED)

    def _entries_before(self, said: SaidOfRecord) -> Iterator[Outcome]:
        """Entries that are lacking before one of a log: they were removed where the file comes from, and keep
        their numbers, for others name them."""
        log = STUDY.schedule.log(said.form)
        if said.visit or log is None or not log.repeats:
            return
        following = (
            Record.objects.filter(participant=self.participant, visit=None, form=said.form).count() + 1
        )
        if said.repeat - following > MOST_LACKING:
            sentence = refused(
                "import_code",
                _(
                    "The next entry has the number {next}. Up to {most} numbers that are lacking "
                    "are taken for entries that were removed; here there are more. Correct the "
                    "number."
                ),
                next=following,
                most=MOST_LACKING,
            ).sentence
            problem = Problem(said.place, str(said.repeat), sentence)
            yield Outcome(RECORD, REFUSED, said.place, "", said.form, said.repeat, None, (problem,))
            return
        for number in range(following, said.repeat):
            try:
                with transaction.atomic():
                    self._add_removed(said.form)
            except Refusal as refusal:
                problem = Problem(said.place, str(number), refusal.sentence)
                yield Outcome(RECORD, REFUSED, said.place, "", said.form, number, None, (problem,))
                return
            yield Outcome(RECORD, NEW, said.place, "", said.form, number)

    def _add_removed(self, form: str) -> None:
        saved = records.save(
            by=self.by, participant=self.participant, form=form, submission=Submission(), reason=self.reason
        )
        records.remove(
            by=self.by, record=saved.record, expected_version=saved.record.version, reason=self.reason
        )


def _site_of(code: str) -> Site:
    prefix = code.partition("-")[0]
    site = Site.objects.filter(code=prefix).first()
    if site is None:
        raise refused(
            "import_code",
            _(
                "No site of this study gives the code “{code}”. Correct the code; it begins "
                "with that of the site. A spreadsheet may have taken away a zero at the beginning."
            ),
            code=code,
        )
    return site


def _agrees(participant: Participant, stored: Record, submission: Submission) -> bool:
    """Whether the record says already what the file says."""
    form = registry.form(stored.form)
    assert form is not None
    reading = read(form, submission, participant.site.today())
    return not reading.errors and not rows.changes(stored, reading, created=False)


def _details(said: SaidOfVisit, stored: Visit | None) -> VisitDetails:
    """What the file says of the visit, over what is stored. Raises Refusal at what can not be read."""
    columns = said.columns
    day = columns.get("visit_date")
    visit_date = _day(day) if day is not None else (stored.visit_date if stored else None)
    occurred = columns.get("occurred") or (stored.occurred if stored else _guessed(columns))
    if occurred not in ("Y", "N"):
        raise Refusal("answers", extra={"errors": {"occurred": _("Say Y or N.")}}, count=1)
    return VisitDetails(
        occurred=occurred == "Y",
        visit_date=visit_date,
        contact_mode=columns.get("contact_mode", stored.contact_mode if stored else ""),
        reason_not_done=columns.get("reason_not_done", stored.reason_not_done if stored else ""),
        reason_unscheduled=columns.get("reason_unscheduled", stored.reason_unscheduled if stored else ""),
    )


def _guessed(columns: Mapping[str, str]) -> str:
    """A visit of which the file does not say whether it took place took place, unless it says why not."""
    return "N" if columns.get("reason_not_done") else "Y"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problem = _("Enter a date as year-month-day, for example 2026-03-31; “{raw}” is none.").format(
            raw=text
        )
        raise Refusal("answers", extra={"errors": {"visit_date": problem}}, count=1) from None


def _problems(
    refusal: Refusal, place: Place, places: Mapping[str, Place], given: Mapping[str, str]
) -> Iterator[Problem]:
    """The refusal of the screen, by the cells of the file."""
    errors: dict[str, str] = refusal.extra.get("errors", {})
    if not errors:
        yield Problem(place, "", refusal.sentence)
    for path, sentence in errors.items():
        found = places.get(path) or Place(place.file, place.row, path)
        yield Problem(found, given.get(path, ""), sentence)
