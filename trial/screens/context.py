"""What every page shows around its content: the study, where the person may go, in which languages, and
whether data are made up.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from trial.access import Right, can
from trial.models import User
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.screens.idle import time_left
from trial.screens.scheme import scheme_of


@dataclass(frozen=True)
class Area:
    """A part of the product; `pages` are the beginnings of the names of its addresses.

    `unless` is a right whose holders have another area in its place.
    """

    name: str
    label: str
    right: Right
    pages: tuple[str, ...]
    unless: Right | None = None

    def is_of(self, person: User) -> bool:
        return can(person, self.right) and not (self.unless and can(person, self.unless))


HOME = ("home", "participant", "visit", "record", "attachment", "log")
SIGNING = ("signatures", "sign-record", "sign-log", "sign-visit", "sign-casebook")
AREAS = (
    Area("home", N_("Participants"), Right.VIEW_DATA, HOME),
    Area("due", N_("Due visits"), Right.VIEW_DATA, ("due", "calendar")),
    Area("queries", N_("Questions"), Right.VIEW_DATA, ("quer",)),
    Area("verification", N_("Verification"), Right.VERIFY, ("verification",)),
    Area("signatures", N_("To sign"), Right.SIGN, SIGNING),
    Area("flow", N_("Flow"), Right.VIEW_DATA, ("flow",)),
    Area("safety", N_("Safety"), Right.VIEW_DATA, ("safety", "serious")),
    Area("locks", N_("Locks"), Right.APPROVE_UNLOCK, ("lock",)),
    Area("audit", N_("Audit trail"), Right.VIEW_AUDIT, ("audit", "ledger")),
    Area("results", N_("Results"), Right.VIEW_ESTIMATES, ("result",)),
    Area("results-safety", N_("Results"), Right.VIEW_DESCRIPTION, ("result",), unless=Right.VIEW_ESTIMATES),
    Area("exports", N_("Exports"), Right.EXPORT, ("export", "codebook")),
    Area("imports", N_("Imports"), Right.IMPORT, ("import",)),
    Area("webhooks", N_("Webhooks"), Right.MANAGE_WEBHOOKS, ("webhook",)),
    Area("accounts", N_("Accounts"), Right.VIEW_ACCOUNTS, ("accounts",)),
)


@dataclass(frozen=True)
class Place:
    """An area as the navigation shows it."""

    name: str
    label: str
    current: bool


@dataclass(frozen=True)
class Navigation:
    """The areas that a person has the right to."""

    signed_in: bool
    areas: tuple[Place, ...]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor. The rights are read only when a page asks for them."""
    return {
        "study": STUDY,
        "languages": settings.LANGUAGES,
        "scheme": scheme_of(request),
        "synthetic": settings.SYNTHETIC_DATA,
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "idle": SimpleLazyObject(lambda: time_left(request)),
    }


def navigation(request: HttpRequest) -> Navigation:
    # A request that was refused before its session was read has nobody.
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return Navigation(signed_in=False, areas=())
    page = request.resolver_match.url_name if request.resolver_match else None
    places = (_place(area, page or "") for area in AREAS if area.is_of(person))
    return Navigation(signed_in=True, areas=tuple(places))


def _place(area: Area, page: str) -> Place:
    return Place(area.name, _(area.label), current=page.startswith(area.pages))
