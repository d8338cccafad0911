"""A participant's casebook: the strip of visits with their forms, the logs, and what may be done next."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from forms_app.models.signature import CASEBOOK, RECORD, VISIT
from forms_app.screens.presenters import signatures, verification
from forms_app.screens.presenters.fields import shown
from forms_app.screens.presenters.filled import text
from forms_app.screens.presenters.status import FORM_SIGNS, SIGNS, Sign
from forms_app.screens.presenters.visit import outside
from forms_app.selectors.casebook import Casebook, FormEntry, LogBook, VisitEntry
from forms_app.selectors.drafts import Spot
from forms_app.selectors.screening import failed_criteria
from forms_app.selectors.signatures import Signed
from forms_app.selectors.verifications import Standing
from forms_app.services.records import NEXT
from trial.crf.answers import Answers
from trial.crf.items import Score, YesNo
from trial.crf.reading import read
from trial.crf.submission import Submission
from trial.lifecycle import (
    ELIGIBLE,
    ENROLLED,
    OPEN_FROM,
    PARTICIPANT_MOVES,
    SCREEN_FAILURE,
    SCREENING,
    TREATED,
)
from trial.models import Participant
from trial.protocol.marker import N_
from trial.screens.reasons import in_words

# What a line of a log says of an entry: the first is its name, items that belong together stand in one text.
IN_A_LINE: dict[str, tuple[str, ...]] = {
    "adverse_event": ("aeterm", "aestdat", "aetoxgr", "aeser", "aeout"),
    "medication": ("cmtrt", "cmdose cmdosu", "cmdosfrq", "cmstdat", "cmendat"),
    "deviation": ("dvterm", "dvstdat", "dvsev"),
    "treatment_stop": ("tsdat", "tsdecod"),
    "withdrawal": ("wddat", "wddecod"),
    "study_end": ("sedat", "secomp"),
}
# Titles of forms name one entry.
LOGS = {
    "adverse_event": N_("Adverse events"),
    "medication": N_("Analgesics"),
    "deviation": N_("Protocol deviations"),
}


@dataclass(frozen=True)
class FormLine:
    """A form of a visit, or an entry of a log with `said`, what it says in short.

    Without an address it cannot be opened yet. `required` counts the required items that are empty,
    `drafted` says that a draft waits, `verified` what a monitor said of it, `signed` whether its own
    signature stands.
    """

    title: str
    address: str
    sign: Sign
    open_queries: int
    required: int
    drafted: bool
    said: str = ""
    verified: Sign | None = None
    signed: Sign | None = None


@dataclass(frozen=True)
class VisitColumn:
    """A visit of the strip. `outside` says how far its date lies outside the window, `signed` whether a
    signature of the visit or of the casebook stands."""

    entry: VisitEntry
    address: str
    sign: Sign
    outside: str
    forms: list[FormLine]
    verified: Sign | None
    signed: Sign | None


@dataclass(frozen=True)
class LogSection:
    """A log with its entries; without the address of a new one there is nothing to add. `drafted` says that
    a draft of a new one waits."""

    title: str
    new: str
    entries: list[FormLine]
    drafted: bool


@dataclass(frozen=True)
class Known:
    """What is read beside the casebook: stored answers, how many required items are empty and how far the
    verification is, by the keys of records, where drafts wait, and every signature of the casebook."""

    stored: Mapping[int, Submission]
    required: Mapping[int, int]
    drafts: Collection[Spot]
    verified: Mapping[int, Standing]
    signed: Sequence[Signed]
    may_verify: bool

    def sign(self, entries: Iterable[FormEntry]) -> Sign | None:
        """What a monitor said of several forms together."""
        standings = (self.verified.get(entry.record.pk) for entry in entries if entry.record)
        return verification.sign(verification.total(standings), may=self.may_verify)

    def signed_visit(self, entry: VisitEntry) -> Sign | None:
        """Whether a signature of the visit, or of the casebook with it, stands."""
        held = entry.held
        if held is None:
            return None
        over = [(VISIT, held.pk), (CASEBOOK, held.participant_id)]
        return signatures.sign(
            each for each in self.signed if any(each.is_of(scope, key) for scope, key in over)
        )

    def signed_form(self, entry: FormEntry) -> Sign | None:
        """Whether the form's own signature stands."""
        record = entry.record
        return signatures.sign(each for each in self.signed if record and each.is_of(RECORD, record.pk))


@dataclass(frozen=True)
class Book:
    """The casebook as a page: the logs that repeat stand apart from the forms that end something."""

    visits: list[VisitColumn]
    logs: list[LogSection]
    ends: list[LogSection]
    required: int


@dataclass(frozen=True)
class MoveView:
    """A button for a move of state: possible, or the sentence that says what is needed first.

    `doubts` are the open questions that somebody should know of before; they are answered at `address`.
    """

    move: str
    label: str
    question: str
    why_not: str
    doubts: tuple[str, ...]
    address: str


def book(
    casebook: Casebook,
    stored: Mapping[int, Submission],
    drafts: Collection[Spot],
    verified: Mapping[int, Standing],
    signed: Sequence[Signed],
    *,
    may_enter: bool,
    may_verify: bool,
) -> Book:
    """The page of a casebook, with the stored answers of its records and how far their verification is, by
    key, and its signatures, for who has these drafts."""
    known = Known(stored, _required(casebook, stored), drafts, verified, signed, may_verify)
    code = casebook.participant.code
    visits = [_column(code, entry, known) for entry in casebook.visits]
    sections = [(log.repeats, _section(code, log, known, may_enter)) for log in casebook.logs]
    return Book(
        visits=visits,
        logs=[section for repeats, section in sections if repeats],
        ends=[section for repeats, section in sections if not repeats],
        required=sum(known.required.values()),
    )


def _required(casebook: Casebook, stored: Mapping[int, Submission]) -> dict[int, int]:
    """How many required items of each record are empty, by its key."""
    records = {entry.record.pk: entry for entry in casebook.begun if entry.record}
    return {
        key: len(read(entry.form, stored[key], casebook.today).unanswered)
        for key, entry in records.items()
        if key in stored and not entry.is_complete
    }


def _column(code: str, entry: VisitEntry, known: Known) -> VisitColumn:
    visit = entry.planned.code
    took_place = entry.held is not None and entry.held.occurred == "Y"
    return VisitColumn(
        entry=entry,
        address=reverse("visit", args=[code, visit]),
        sign=SIGNS[entry.status],
        outside=outside(entry),
        forms=[
            _line(
                each,
                reverse("record", args=[code, visit, each.form.code]) if took_place else "",
                Spot(visit, each.form.code),
                known,
            )
            for each in entry.forms
        ],
        verified=known.sign(entry.forms),
        signed=known.signed_visit(entry),
    )


def _section(code: str, log: LogBook, known: Known, may_enter: bool) -> LogSection:
    return LogSection(
        title=_(LOGS.get(log.form.code, log.form.title)),
        new=reverse("log-new", args=[code, log.form.code]) if may_enter and log.opened else "",
        entries=[_entry(code, entry, known) for entry in log.entries],
        drafted=Spot("", log.form.code, NEXT) in known.drafts,
    )


def _entry(code: str, entry: FormEntry, known: Known) -> FormLine:
    assert entry.record is not None
    address = reverse("log", args=[code, entry.form.code, entry.record.repeat])
    spot = Spot("", entry.form.code, entry.record.repeat)
    name, *more = _said(entry.form, known.stored[entry.record.pk]) or [_("Nothing is answered yet")]
    return _line(entry, address, spot, known, title=f"{entry.record.repeat}. {name}", said=", ".join(more))


def _said(form: type[Answers], answers: Submission) -> list[str]:
    """What a line says of the answers: the values; of a question that is answered yes, the question."""
    parts = (
        " ".join(filter(None, (_answer(form, name, answers) for name in names.split())))
        for names in IN_A_LINE[form.code]
    )
    return [part for part in parts if part]


def _answer(form: type[Answers], name: str, answers: Submission) -> str:
    item, value = form.item(name), text(answers.header.items.get(name))
    if item is None or not value:
        return ""
    if isinstance(item, YesNo):
        return _(item.label) if value == "Y" else ""
    said = shown(item, value)
    return f"{_(item.label)} {said}" if isinstance(item, Score) else said


def _line(
    entry: FormEntry, address: str, spot: Spot, known: Known, title: str = "", said: str = ""
) -> FormLine:
    return FormLine(
        title=title or _(entry.form.title),
        address=address,
        sign=FORM_SIGNS[entry.state],
        open_queries=entry.open_queries,
        required=known.required.get(entry.record.pk, 0) if entry.record else 0,
        drafted=spot in known.drafts,
        said=said,
        verified=known.sign([entry]),
        signed=known.signed_form(entry),
    )


def reasons(participant: Participant) -> list[str]:
    """Why the participant is in this state: each criterion that failed, or the reason of the withdrawal."""
    if participant.state == SCREEN_FAILURE:
        return [in_words(each) for each in failed_criteria(participant)]
    return [in_words(participant.state_reason)] if participant.state_reason else []


def next_unscheduled(book: Casebook) -> str:
    """The code of the next unscheduled visit; empty while none can be recorded."""
    opened = book.participant.reached in OPEN_FROM[TREATED]
    return f"U{len(book.unscheduled) + 1}" if opened else ""


def acts(book: Casebook) -> list[MoveView]:
    """The moves that the person may make, or will be able to make later. The ends follow from their forms."""
    code = book.participant.code
    if book.participant.state not in (SCREENING, ELIGIBLE):
        return []
    return [
        MoveView(
            "enrol",
            _("Enrol"),
            _("Enrol {code} into the trial?").format(code=code),
            _why_not_enrol(book),
            tuple(str(each) for each in judged.questions) if (judged := book.form("eligibility")) else (),
            reverse("record", args=[code, "SCR", "eligibility"]),
        )
    ]


def _why_not_enrol(book: Casebook) -> str:
    if ENROLLED in PARTICIPANT_MOVES[book.participant.state] and book.has_consent:
        return ""
    if not book.has_consent:
        return _("Save the informed consent first.")
    return _("Save the eligibility form first: enrolment needs the state “{state}”.").format(
        state=_(ELIGIBLE)
    )
