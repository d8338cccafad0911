"""What is said of verification: beside an answer, at a form, a visit and a casebook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms_app.models.verification import CHANGED, VERIFIED
from forms_app.screens.presenters.status import Sign
from forms_app.selectors import verifications as selector
from forms_app.selectors.casebook import Casebook
from forms_app.selectors.verifications import Mark, Standing
from trial.crf import paths
from trial.crf.answers import Answers
from trial.crf.submission import Submission
from trial.protocol.marker import N_

VERIFIED_SIGN = Sign("tick", "done", N_("Verified"), N_("Compared with its source, and unchanged since"))
CHANGED_SIGN = Sign(
    "triangle", "late", N_("Changed since verified"), N_("Verified once; the answer is another one now")
)
LEFT_SIGN = Sign("diamond-open", "due", N_("To verify"), N_("The plan asks for it"))


@dataclass(frozen=True)
class MarkView:
    """What stands beside an answer: `sentence` says who verified it and when, or that it changed since.

    `is_asked` says that the plan asks for it and nobody verified it yet, `may_tick` that the person may.
    """

    sign: Sign | None
    sentence: str
    is_asked: bool
    may_tick: bool


@dataclass(frozen=True)
class Gone:
    """An item that changed since it was verified by leaving the form: its row is out of use."""

    path: str
    label: str
    may_tick: bool


@dataclass(frozen=True)
class Verified:
    """The verification of one form: its marks by path, what left the form, and how far it is; `shown_hash` is
    that of the content, for who may verify it."""

    marks: Mapping[str, MarkView]
    gone: tuple[Gone, ...]
    standing: Standing
    may: bool
    shown_hash: str

    @property
    def words(self) -> str:
        return said(self.standing)


def of_record(
    participant: str,
    form: type[Answers],
    answers: Submission,
    marked: Mapping[str, Mark],
    *,
    may: bool,
    shown_hash: str,
) -> Verified:
    """The verification of a record, for somebody who may verify it or only see it."""
    there = selector.answered(form, answers)
    asked = set(selector.required(participant, form, there))
    changed = [path for path, mark in marked.items() if mark.state == CHANGED]
    rows = {f"{code}.{key}." for code, held in answers.groups.items() for key in held}
    shown = [path for path in changed if _row(path) in ("", *rows)]
    views = {
        path: _mark(marked.get(path), asked=path in asked, may=may)
        for path in dict.fromkeys([*there, *shown])
    }
    return Verified(
        marks={path: view for path, view in views.items() if view.sentence or view.may_tick},
        gone=tuple(_gone(form, path, may) for path in changed if path not in shown),
        standing=selector.standing(participant, form, answers, marked),
        may=may,
        shown_hash=shown_hash,
    )


@dataclass(frozen=True)
class CasebookVerified:
    """How far the verification of a casebook is. `seen` names what is verified at once, as it is shown: the
    key of each record with the hash of its content."""

    sign: Sign | None
    words: str
    to_do: int
    seen: tuple[str, ...]
    may: bool


def casebook(
    book: Casebook, standings: Mapping[int, Standing], hashes: Mapping[int, str], *, may: bool
) -> CasebookVerified | None:
    """The verification of a casebook; None while there is nothing that could be verified."""
    if not standings:
        return None
    whole = selector.total(standings.values())
    records = [entry.record for entry in book.begun if entry.record]
    to_do = [each.pk for each in records if each.pk in standings and standings[each.pk].to_do]
    seen = tuple(f"{key}:{hashes[key]}" for key in to_do if key in hashes)
    return CasebookVerified(sign(whole, may=may), said(whole), whole.to_do, seen, may)


def sign(standing: Standing | None, *, may: bool) -> Sign | None:
    """The sign of a form, a visit or a casebook; what is left is shown to who may verify only."""
    if standing is None:
        return None
    if standing.changed:
        return CHANGED_SIGN
    if standing.is_done:
        return VERIFIED_SIGN
    return LEFT_SIGN if may and standing.open else None


def said(standing: Standing) -> str:
    """How far a verification is, in one sentence."""
    parts = [
        _("{verified} of {required} verified").format(verified=standing.verified, required=standing.required)
    ]
    if standing.changed:
        changed = ngettext(
            "{number} changed since verified", "{number} changed since verified", standing.changed
        )
        parts.append(changed.format(number=standing.changed))
    return (
        " · ".join(parts) if standing.required or standing.changed else _("The plan asks for nothing here.")
    )


def total(standings: Iterable[Standing | None]) -> Standing | None:
    """The sum of several; None where there is none."""
    found = [each for each in standings if each is not None]
    return selector.total(found) if found else None


def _row(path: str) -> str:
    """The prefix of the row that a path stands in; "" for the form itself."""
    return f"{path.rpartition('.')[0]}." if "." in path else ""


def _mark(mark: Mark | None, *, asked: bool, may: bool) -> MarkView:
    if mark is not None and mark.state == VERIFIED:
        day = date_format(mark.at, "SHORT_DATE_FORMAT")
        sentence = _("Verified by {person}, {day}").format(person=mark.by, day=day)
        return MarkView(VERIFIED_SIGN, sentence, False, may)
    if mark is not None and mark.state == CHANGED:
        return MarkView(CHANGED_SIGN, _("Changed since verified"), False, may)
    withdrawn = _("Verification withdrawn") if mark is not None else ""
    return MarkView(None, withdrawn, asked and may, may)


def _gone(form: type[Answers], path: str, may: bool) -> Gone:
    found = paths.find(form, path)
    return Gone(path, found.label if found else path, may)
