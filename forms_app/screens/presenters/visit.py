"""The page of a visit: what is recorded, or what was typed and refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms_app.screens.presenters import verification
from forms_app.screens.presenters.conflict import is_conflict
from forms_app.screens.presenters.fields import Option
from forms_app.screens.presenters.status import FORM_SIGNS, Sign
from forms_app.screens.typed import version
from forms_app.selectors.casebook import FormEntry, VisitEntry
from forms_app.selectors.drafts import Spot
from forms_app.selectors.status import Status
from forms_app.selectors.verifications import Standing
from trial.crf.answers import Answers
from trial.crf.codelists import CONTACT_MODE
from trial.models import Participant
from trial.protocol.schedule import Visit as PlannedVisit
from trial.refusals import Refusal
from trial.services.visits import check_open

NO_STANDINGS: Mapping[int, Standing] = {}


class Tab(NamedTuple):
    """A form of a visit with its sign, whether a draft of it waits, and what a monitor said of it."""

    entry: FormEntry
    sign: Sign
    drafted: bool
    verified: Sign | None


@dataclass(frozen=True)
class VisitPage:
    """The fields of a visit as text, and what is to be said about them.

    `occurred` is Y, N, or whatever else was sent in place of an answer.
    """

    entry: VisitEntry
    occurred: str
    visit_date: str
    modes: tuple[Option, ...]
    reason_not_done: str
    reason_unscheduled: str
    reason: str
    version: int | None
    closed: str = ""
    refusal: Refusal | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.entry.held is None

    @property
    def can_be_saved(self) -> bool:
        """A recorded visit stays correctable; the state decides about recording one."""
        return not (self.is_new and self.closed)

    @property
    def is_early(self) -> bool:
        """Whether the visit is offered although its window is not open yet."""
        return self.is_new and self.entry.window is not None and self.entry.status is Status.NOT_DUE

    @property
    def is_conflict(self) -> bool:
        return is_conflict(self.refusal)


def stored(participant: Participant, entry: VisitEntry, planned: PlannedVisit) -> VisitPage:
    """The visit as recorded; a new one is offered with today's date."""
    held = entry.held
    today = participant.site.today().isoformat()
    return VisitPage(
        entry=entry,
        occurred=held.occurred if held else "Y",
        visit_date=held.visit_date.isoformat() if held and held.visit_date else today,
        modes=_modes(held.contact_mode if held else ""),
        reason_not_done=held.reason_not_done if held else "",
        reason_unscheduled=held.reason_unscheduled if held else "",
        reason="",
        version=held.version if held else None,
        closed=why_closed(participant, planned),
    )


def typed(
    participant: Participant, entry: VisitEntry, post: Mapping[str, str], refusal: Refusal
) -> VisitPage:
    """The visit as typed, kept to the letter, with the sentences of the refusal."""
    seen = version(post.get("version", ""))
    saved = entry.held.version if entry.held else None
    return VisitPage(
        entry=entry,
        occurred=post.get("occurred", ""),
        visit_date=post.get("visit_date", ""),
        modes=_modes(post.get("contact_mode", "")),
        reason_not_done=post.get("reason_not_done", ""),
        reason_unscheduled=post.get("reason_unscheduled", ""),
        reason=post.get("reason", ""),
        version=saved if is_conflict(refusal) else seen,
        refusal=refusal,
        errors=refusal.extra.get("errors", {}),
    )


def outside(entry: VisitEntry) -> str:
    """How far the date of a visit lies outside its window, in words; empty inside it."""
    days = entry.days_outside
    if days == 0:
        return ""
    if days < 0:
        return ngettext("{days} day before the window", "{days} days before the window", -days).format(
            days=-days
        )
    return ngettext("{days} day after the window", "{days} days after the window", days).format(days=days)


def contact_mode(entry: VisitEntry) -> str:
    """How a visit was held, in words inside a sentence; empty when it was not."""
    return _(CONTACT_MODE.label(entry.held.contact_mode)).lower() if entry.held else ""


def next_form(entry: VisitEntry) -> type[Answers] | None:
    """The first form of a visit that is not complete."""
    forms = (each for each in entry.forms if not each.is_complete and each.state != "removed")
    return next((each.form for each in forms), None)


def tabs(
    entry: VisitEntry,
    drafts: Collection[Spot],
    verified: Mapping[int, Standing] = NO_STANDINGS,
    *,
    may: bool = False,
) -> list[Tab]:
    """The forms of a visit."""
    visit = entry.planned.code
    return [
        Tab(
            each,
            FORM_SIGNS[each.state],
            Spot(visit, each.form.code) in drafts,
            verification.sign(verified.get(each.record.pk) if each.record else None, may=may),
        )
        for each in entry.forms
    ]


def _modes(chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(code, _(label), code == chosen, f"mode-{code.replace(' ', '_')}")
        for code, label in CONTACT_MODE.terms
    )


def why_closed(participant: Participant, planned: PlannedVisit) -> str:
    """Why nothing new can be recorded at a visit; empty when it is open."""
    try:
        check_open(participant, planned)
    except Refusal as refusal:
        return refusal.sentence
    return ""
