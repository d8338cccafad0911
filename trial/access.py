"""Rights: one table, role × right. A right holds at the sites of a person's memberships, from–to.

`check_right` raises the refusal, `can` asks; so a button and the server cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from trial.protocol.marker import N_
from trial.refusals import Refusal

if TYPE_CHECKING:
    from trial.models import Site, User


class Role(StrEnum):
    INVESTIGATOR = "investigator"
    COORDINATOR = "coordinator"
    MONITOR = "monitor"
    DATA_MANAGER = "data manager"
    STATISTICIAN = "statistician"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """As a person reads it, in English; translated where shown."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.INVESTIGATOR: N_("Investigator"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.MONITOR: N_("Monitor"),
    Role.DATA_MANAGER: N_("Data manager"),
    Role.STATISTICIAN: N_("Statistician"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


class Right(StrEnum):
    """The value is the phrase that a refusal uses."""

    VIEW_DATA = N_("see participants and their data")
    SCREEN = N_("add participants for screening")
    ENROL = N_("enrol participants")
    ENTER_DATA = N_("enter and correct data")
    QUERY = N_("ask questions about data and settle them")
    VIEW_ESTIMATES = N_("see estimates of the analyses")
    EXPORT = N_("export data")
    MANAGE_ACCOUNTS = N_("see accounts and memberships")


# The pilot has one arm and is open: its investigators may see estimates.
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.INVESTIGATOR: frozenset(
        {
            Right.VIEW_DATA,
            Right.SCREEN,
            Right.ENROL,
            Right.ENTER_DATA,
            Right.QUERY,
            Right.VIEW_ESTIMATES,
            Right.EXPORT,
        }
    ),
    Role.COORDINATOR: frozenset({Right.VIEW_DATA, Right.SCREEN, Right.ENTER_DATA, Right.QUERY, Right.EXPORT}),
    Role.MONITOR: frozenset({Right.VIEW_DATA, Right.QUERY}),
    Role.DATA_MANAGER: frozenset({Right.VIEW_DATA, Right.QUERY, Right.EXPORT}),
    Role.STATISTICIAN: frozenset({Right.VIEW_DATA, Right.VIEW_ESTIMATES, Right.EXPORT}),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_ACCOUNTS}),
}


@dataclass(frozen=True)
class Held:
    """A role that a person holds today at one site."""

    site: Site
    role: Role


def held(user: User) -> tuple[Held, ...]:
    """The roles a person holds today, read once for each user object (one query)."""
    if not hasattr(user, "_held"):
        user._held = _read_held(user)  # type: ignore[attr-defined]
    return user._held  # type: ignore[attr-defined,no-any-return]


def _read_held(user: User) -> tuple[Held, ...]:
    memberships = user.memberships.select_related("site").order_by("site__code", "role")
    return tuple(
        Held(site=membership.site, role=Role(membership.role))
        for membership in memberships
        if _holds_today(membership.valid_from, membership.valid_to, membership.site)
    )


def _holds_today(start: date, end: date | None, site: Site) -> bool:
    today = site.today()
    return start <= today and (end is None or today <= end)


def sites_with(user: User, right: Right) -> tuple[Site, ...]:
    """The sites at which a person has a right, each once, by code."""
    sites = {each.site.pk: each.site for each in held(user) if right in RIGHTS[each.role]}
    return tuple(sites.values())


def at_sites_with(user: User, right: Right, path: str = "site") -> Q:
    """A filter that admits only rows of the sites at which a person has a right."""
    return Q(**{f"{path}__in": [site.pk for site in sites_with(user, right)]})


def can(user: User, right: Right, site: Site | None = None) -> bool:
    """Whether a person has a right at a site, or at any site when none is given."""
    sites = sites_with(user, right)
    return bool(sites) if site is None else any(each.pk == site.pk for each in sites)


def check_right(user: User, right: Right, site: Site | None = None) -> None:
    """Raise Refusal unless `can`."""
    if not can(user, right, site):
        raise Refusal("right", right=_(right.value))
