"""The page of a form: what it shows, what was typed, what is wrong, what is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forms_app.models.query import OPEN
from forms_app.screens.presenters import filled as presenter
from forms_app.screens.presenters.conflict import Conflict, conflict, is_conflict
from forms_app.screens.presenters.evidence import views as evidence_views
from forms_app.screens.presenters.fields import Notes
from forms_app.screens.presenters.sheet import Mistake, SheetView, doubts, is_manual, sheet
from forms_app.screens.presenters.verification import MarkView
from forms_app.screens.typed import Filled, Typed, submission
from forms_app.selectors.casebook import VisitEntry
from forms_app.selectors.evidence import Evidence
from trial.crf.answers import Answers
from trial.crf.reading import read
from trial.lifecycle import IN_PROGRESS, SCREENING
from trial.models import Participant, Record
from trial.refusals import Refusal

NO_EVIDENCE: Mapping[str, Evidence] = {}
NO_MARKS: Mapping[str, MarkView] = {}


@dataclass(frozen=True)
class Page:
    """Everything the template of a form shows beside the frame."""

    sheet: SheetView
    version: int | None
    state: str
    removed: bool
    unsaved: bool
    reason: str
    needs_reason: bool
    reason_error: str
    mistakes: list[Mistake]
    conflict: Conflict | None
    open_fields: list[Mistake] = field(default_factory=list)
    open_queries: int = 0


def page(
    participant: Participant,
    form: type[Answers],
    record: Record | None,
    stored: dict[str, Any] | None,
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    evidence: Mapping[str, Evidence] = NO_EVIDENCE,
    marks: Mapping[str, MarkView] = NO_MARKS,
) -> Page:
    """The page of a form: as stored, or as typed when the save was refused."""
    current = (refusal.extra.get("current") if refusal else None) or stored
    errors = refusal.extra.get("errors", {}) if refusal else {}
    queries = current["queries"] if current else []
    comments = (current["comments"] if current else {}) | (dict(typed.comments) if typed else {})
    asked = doubts(queries, typed.explanations if typed else {})
    notes = Notes(errors, asked, comments, evidence_views(evidence), marks)
    filled = typed.filled if typed else _filled(form, current)
    view = sheet(form, filled, notes)
    return Page(
        sheet=view,
        version=_version(refusal, typed, current),
        state=current["state"] if current else "",
        removed=bool(current and current["removed"]),
        unsaved=typed is not None,
        reason=typed.reason if typed else "",
        needs_reason=bool(current and current["state"] != IN_PROGRESS),
        reason_error=refusal.sentence if refusal and refusal.code == "reason_missing" else "",
        mistakes=view.mistakes(errors),
        conflict=conflict(form, record, current, typed) if typed and is_conflict(refusal) else None,
        open_fields=_open_fields(participant, view, form, filled) if current and not typed else [],
        open_queries=len(_unexplained(queries)),
    )


def _unexplained(queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The open questions of checks: those of people keep no form from being complete."""
    return [query for query in queries if query["state"] == OPEN and not is_manual(query)]


def _filled(form: type[Answers], plain: dict[str, Any] | None) -> Filled:
    return presenter.of_document(form, plain) if plain else presenter.EMPTY


def _version(refusal: Refusal | None, typed: Typed | None, current: dict[str, Any] | None) -> int | None:
    """The version to save on: after a conflict the new one, after a mistake the one that was seen."""
    if typed and refusal and not is_conflict(refusal):
        return typed.version
    return current["version"] if current else None


def _open_fields(
    participant: Participant, view: SheetView, form: type[Answers], filled: Filled
) -> list[Mistake]:
    named = view.named()
    reading = read(form, submission(form, filled), participant.site.today())
    return [Mistake(named[path][1].id, named[path][0], "") for path in reading.unanswered]


def may_be_missing(entry: VisitEntry, form: type[Answers]) -> bool:
    """Whether the whole form can be given one missing code.

    Not where the form itself asks whether it was done, nor at screening: without it there is no
    participant.
    """
    return entry.planned.opens != SCREENING and all(item.when is None for item in form.items())
