"""Rights: one table, role × right. A right holds at the sites of a person's memberships, from–to.

`check_right` raises the refusal, `can` asks; so a button and the server cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from trial.protocol.marker import N_
from trial.refusals import Refusal

if TYPE_CHECKING:
    from trial.models import Membership, Site, User


class Role(StrEnum):
    INVESTIGATOR = "investigator"
    SUB_INVESTIGATOR = "sub-investigator"
    COORDINATOR = "coordinator"
    MONITOR = "monitor"
    DATA_MANAGER = "data manager"
    MEDICAL_MONITOR = "medical monitor"
    STATISTICIAN = "statistician"
    UNBLINDED_STATISTICIAN = "unblinded statistician"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """As a person reads it, in English; translated where shown."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.INVESTIGATOR: N_("Investigator"),
    Role.SUB_INVESTIGATOR: N_("Sub-investigator"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.MONITOR: N_("Monitor"),
    Role.DATA_MANAGER: N_("Data manager"),
    Role.MEDICAL_MONITOR: N_("Medical monitor"),
    Role.STATISTICIAN: N_("Statistician (blinded)"),
    Role.UNBLINDED_STATISTICIAN: N_("Statistician (unblinded)"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}


class Scope(StrEnum):
    """How far a right reaches."""

    SITE = N_("the sites of the role")
    STUDY = N_("the whole study")


class Right(StrEnum):
    """The value is the phrase that a refusal uses."""

    VIEW_DATA = N_("see participants and their data")
    SCREEN = N_("add participants for screening")
    ENROL = N_("enrol participants")
    ENTER_DATA = N_("enter and correct data")
    PROPOSE_QUERY = N_("propose questions about data")
    QUERY = N_("ask questions about data")
    SETTLE_QUERY = N_("release, assign and settle questions about data")
    VERIFY = N_("verify data against their source")
    SIGN = N_("sign forms and visits")
    SIGN_CASEBOOK = N_("sign casebooks")
    LOCK = N_("freeze and lock data, and ask for them to be unlocked")
    APPROVE_UNLOCK = N_("agree to the unlocking that somebody else asked for")
    LOCK_STUDY = N_("lock the study")
    VIEW_AUDIT = N_("read the audit trail")
    REVIEW_AUDIT = N_("mark the audit trail as reviewed")
    VIEW_DESCRIPTION = N_("see safety and description of all participants")
    VIEW_ESTIMATES = N_("see estimates of the analyses")
    EXPORT = N_("export data")
    UNBLIND = N_("see what tells the arms apart")
    IMPORT = N_("import data from files")
    MANAGE_WEBHOOKS = N_("let other systems be told of what happens")
    VIEW_ACCOUNTS = N_("see accounts and memberships")
    MANAGE_ACCOUNTS = N_("manage accounts and memberships")

    @property
    def scope(self) -> Scope:
        return Scope.STUDY if self in STUDY_WIDE else Scope.SITE


# Held at one site, it holds for the study: who locks it locks every site, and results are of everybody.
STUDY_WIDE = frozenset({Right.LOCK_STUDY, Right.VIEW_DESCRIPTION, Right.VIEW_ESTIMATES})

# The pilot has one arm and is open: its investigators may see estimates, who exports may see everything, and
# there is nothing that only the unblinded statistician could see.
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.INVESTIGATOR: frozenset(
        {
            Right.VIEW_DATA,
            Right.SCREEN,
            Right.ENROL,
            Right.ENTER_DATA,
            Right.QUERY,
            Right.SIGN,
            Right.SIGN_CASEBOOK,
            Right.APPROVE_UNLOCK,
            Right.VIEW_AUDIT,
            Right.VIEW_DESCRIPTION,
            Right.VIEW_ESTIMATES,
            Right.EXPORT,
            Right.UNBLIND,
            Right.IMPORT,
        }
    ),
    Role.SUB_INVESTIGATOR: frozenset(
        {Right.VIEW_DATA, Right.SCREEN, Right.ENTER_DATA, Right.QUERY, Right.SIGN, Right.VIEW_AUDIT}
    ),
    Role.COORDINATOR: frozenset(
        {
            Right.VIEW_DATA,
            Right.SCREEN,
            Right.ENTER_DATA,
            Right.QUERY,
            Right.EXPORT,
            Right.UNBLIND,
            Right.IMPORT,
        }
    ),
    Role.MONITOR: frozenset(
        {
            Right.VIEW_DATA,
            Right.QUERY,
            Right.SETTLE_QUERY,
            Right.VERIFY,
            Right.VIEW_AUDIT,
            Right.REVIEW_AUDIT,
        }
    ),
    Role.DATA_MANAGER: frozenset(
        {
            Right.VIEW_DATA,
            Right.QUERY,
            Right.SETTLE_QUERY,
            Right.LOCK,
            Right.APPROVE_UNLOCK,
            Right.LOCK_STUDY,
            Right.VIEW_AUDIT,
            Right.REVIEW_AUDIT,
            Right.VIEW_DESCRIPTION,
            Right.EXPORT,
            Right.UNBLIND,
            Right.MANAGE_WEBHOOKS,
        }
    ),
    Role.MEDICAL_MONITOR: frozenset(
        {
            Right.VIEW_DATA,
            Right.QUERY,
            Right.SETTLE_QUERY,
            Right.APPROVE_UNLOCK,
            Right.VIEW_AUDIT,
            Right.VIEW_DESCRIPTION,
        }
    ),
    Role.STATISTICIAN: frozenset(
        {
            Right.VIEW_DATA,
            Right.PROPOSE_QUERY,
            Right.VIEW_DESCRIPTION,
            Right.VIEW_ESTIMATES,
            Right.EXPORT,
            Right.UNBLIND,
        }
    ),
    Role.UNBLINDED_STATISTICIAN: frozenset(
        {
            Right.VIEW_DATA,
            Right.PROPOSE_QUERY,
            Right.VIEW_DESCRIPTION,
            Right.VIEW_ESTIMATES,
            Right.EXPORT,
            Right.UNBLIND,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Right.VIEW_DATA,
            Right.VIEW_AUDIT,
            Right.VIEW_DESCRIPTION,
            Right.VIEW_ESTIMATES,
            Right.EXPORT,
            Right.UNBLIND,
            Right.VIEW_ACCOUNTS,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Right.VIEW_ACCOUNTS, Right.MANAGE_ACCOUNTS}),
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
        if _holds_today(membership)
    )


def _holds_today(membership: Membership) -> bool:
    # Rights are those of today, whatever is read as of an earlier moment.
    today = membership.site.date_of(timezone.now())
    start, end = membership.valid_from, membership.valid_to
    return membership.ended_at is None and start <= today and (end is None or today <= end)


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
