"""Reads of who holds which role where."""

from django.db.models import QuerySet

from trial.access import Right, at_sites_with
from trial.models import Membership, User


def own(user: User) -> QuerySet[Membership]:
    """Every role a person holds, held or will hold."""
    return Membership.objects.filter(user=user).select_related("site").order_by("site__code", "valid_from")


def managed(user: User) -> QuerySet[Membership]:
    """The roles at the sites whose accounts a person may see."""
    return (
        Membership.objects.filter(at_sites_with(user, Right.VIEW_ACCOUNTS))
        .select_related("site", "user")
        .order_by("site__code", "user__full_name", "valid_from")
    )
