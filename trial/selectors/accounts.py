"""Reads of accounts: whose an administrator or auditor may see, and which of them are not used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from trial.access import RIGHTS, Right, Role, sites_with
from trial.models import Event, Membership, SecondFactor, Site, User
from trial.refusals import Refusal

# Who has not signed in for so long, and used no token, is looked at again (21 CFR 11.300(b)).
UNUSED = timedelta(days=90)


@dataclass(frozen=True)
class Account:
    """An account with its roles, as its administrator sees it."""

    user: User
    memberships: tuple[Membership, ...]
    second_factor: bool
    # The last sign-in, or the last use of a token.
    used_at: datetime | None
    # Whether the viewer may change it.
    managed: bool

    @property
    def unused(self) -> bool:
        """Whether it is open, and nobody has used it for long."""
        return self.user.is_active and _long_ago(self.used_at or self.user.password_changed_at)

    def role_unused(self, membership: Membership) -> bool:
        """Whether a role holds today, and has for long without its person coming."""
        today = membership.site.today()
        since = today - UNUSED
        return self.unused and not ended(membership) and membership.valid_from <= since

    def entered_late(self, membership: Membership) -> date | None:
        """The day on which a role was entered, where that was after its first day."""
        at: datetime | None = membership.entered_at  # type: ignore[attr-defined]
        day = membership.site.date_of(at) if at else None
        return day if day and day > membership.valid_from else None


def visible(by: User) -> list[Account]:
    """The accounts that a person may see, by name: with a role at a site of one's own, or never with any."""
    sites = sites_with(by, Right.VIEW_ACCOUNTS)
    found = _accounts(Q(memberships__site__in=sites) | Q(memberships__isnull=True))
    return [_account(user, sites, sites_with(by, Right.MANAGE_ACCOUNTS)) for user in found]


def get(by: User, number: int) -> Account:
    """One of those, by its number; raises Refusal when it is not there or not to be seen."""
    sites = sites_with(by, Right.VIEW_ACCOUNTS)
    user = _accounts(Q(pk=number)).first()
    if user is None or not sites or not _seen(user.memberships.all(), sites):
        raise Refusal("not_found")
    return _account(user, sites, sites_with(by, Right.MANAGE_ACCOUNTS))


def manages(by: User, user: User) -> bool:
    """Whether an administrator may change an account: it has a role at a site of the administrator's, or held
    one there last. Whose roles are all elsewhere belongs to another administrator."""
    memberships = user.memberships.select_related("site")
    return _managed(memberships, sites_with(by, Right.MANAGE_ACCOUNTS))


def other_administrators(by: User, site: Site | None = None) -> list[User]:
    """Who else looks after accounts today at this site; without one, at any site of the administrator's."""
    found = administrators([site] if site else sites_with(by, Right.MANAGE_ACCOUNTS))
    return [each for each in found if each.pk != by.pk]


def administrators(sites: Iterable[Site]) -> list[User]:
    """Who looks after accounts today at one of these sites, by name."""
    roles = [role.value for role in Role if Right.MANAGE_ACCOUNTS in RIGHTS[role]]
    held = Membership.objects.filter(role__in=roles, site__in=list(sites), user__is_active=True)
    by_name = held.select_related("user", "site").order_by("user__full_name")
    return list({each.user_id: each.user for each in by_name if _holds(each)}.values())


def ended(membership: Membership) -> bool:
    """Whether it holds no more, and never again."""
    if membership.ended_at is not None:
        return True
    return membership.valid_to is not None and membership.valid_to < membership.site.today()


def _holds(membership: Membership) -> bool:
    return membership.valid_from <= membership.site.today() and not ended(membership)


def _accounts(which: Q) -> QuerySet[User]:
    """Every account with its roles, its last use, and whether it has a second factor: in two statements."""
    entered = Event.objects.filter(
        table_name=Membership._meta.db_table, key=Cast(OuterRef("pk"), CharField()), operation="insert"
    )
    roles = (
        Membership.objects.select_related("site")
        .annotate(entered_at=Subquery(entered.values("at")[:1]))
        .order_by("site__code", "valid_from", "role")
    )
    factors = SecondFactor.objects.filter(user=OuterRef("pk"), removed_at__isnull=True)
    return (
        User.objects.filter(which)
        .annotate(token_used_at=Max("auth_token_set__used_at"), has_second_factor=Exists(factors))
        .prefetch_related(Prefetch("memberships", roles))
        .order_by("full_name", "username")
    )


def _account(user: User, seen: Iterable[Site], managed: tuple[Site, ...]) -> Account:
    memberships = tuple(user.memberships.all())
    at = {site.pk for site in seen}
    used = [moment for moment in (user.last_login, user.token_used_at) if moment]  # type: ignore[attr-defined]
    return Account(
        user=user,
        memberships=tuple(each for each in memberships if each.site_id in at),
        second_factor=user.has_second_factor,  # type: ignore[attr-defined]
        used_at=max(used, default=None),
        managed=_managed(memberships, managed),
    )


def _seen(memberships: Iterable[Membership], sites: Iterable[Site]) -> bool:
    held = {each.site_id for each in memberships}
    return not held or bool(held & {site.pk for site in sites})


def _managed(memberships: Iterable[Membership], sites: tuple[Site, ...]) -> bool:
    every = list(memberships)
    deciding = [each for each in every if not ended(each)] or every
    return bool(sites) and _seen(deciding, sites)


def _long_ago(moment: datetime) -> bool:
    return timezone.now() - moment > UNUSED
