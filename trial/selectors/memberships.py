"""Reads of who holds which role where."""

from django.db.models import QuerySet

from trial.models import Membership, User


def own(user: User) -> QuerySet[Membership]:
    """Every role a person holds, held or will hold."""
    return Membership.objects.filter(user=user).select_related("site").order_by("site__code", "valid_from")
