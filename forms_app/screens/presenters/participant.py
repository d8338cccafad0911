"""A participant's page: the time line of visits, and what may be done next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forms_app.screens.presenters.status import FORM_SIGNS, SIGNS, Sign
from forms_app.screens.presenters.visit import outside
from forms_app.selectors.casebook import Casebook, FormEntry, VisitEntry
from forms_app.selectors.screening import failed_criteria
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


@dataclass(frozen=True)
class VisitLine:
    """A visit on the time line. `outside` says how far its date lies outside the window."""

    entry: VisitEntry
    sign: Sign
    outside: str
    forms: list[tuple[FormEntry, Sign]]


@dataclass(frozen=True)
class MoveView:
    """A button for a move of state: possible, or the sentence that says what is needed first."""

    move: str
    label: str
    question: str
    why_not: str


def line(entry: VisitEntry) -> VisitLine:
    forms = [(each, FORM_SIGNS[each.state]) for each in entry.forms]
    return VisitLine(entry, SIGNS[entry.status], outside(entry), forms)


def reasons(participant: Participant) -> list[str]:
    """Why the participant is in this state: each criterion that failed, or the reason of the withdrawal."""
    if participant.state == SCREEN_FAILURE:
        return list(failed_criteria(participant))
    return [_(participant.state_reason)] if participant.state_reason else []


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
            "enrol", _("Enrol"), _("Enrol {code} into the trial?").format(code=code), _why_not_enrol(book)
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
