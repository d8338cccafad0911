"""Exports that somebody may know of."""

from django.db.models import Q, QuerySet

from analytics.exports.formats import FORMATS
from analytics.models import Export
from analytics.models.export import UNDER_WAY
from trial.access import Right, can, check_right, sites_with
from trial.models import User
from trial.refusals import Refusal


def of(by: User) -> QuerySet[Export]:
    """One's own, and those of others that hold nothing but what one could export: newest first.

    Refused without the right. What one asked for at sites where one has no right any more is not there.
    """
    check_right(by, Right.EXPORT)
    within = Q(sites__contained_by=_codes(by, Right.EXPORT))
    arms = Q(shows_arms=False) | Q(sites__contained_by=_codes(by, Right.UNBLIND))
    begun = ~Q(sites=[])
    return Export.objects.select_related("by").filter(within & arms & _formats(by) & (begun | Q(by=by)))


def get(by: User, number: int) -> Export:
    """The export with this number, or the refusal that there is none: also to who may export nothing."""
    export = of(by).filter(pk=number).first() if can(by, Right.EXPORT) else None
    if export is None:
        raise Refusal("not_found")
    return export


def waiting() -> list[int]:
    """The numbers of those that are to be written, the oldest first."""
    return list(Export.objects.filter(state__in=UNDER_WAY).order_by("pk").values_list("pk", flat=True))


def _formats(by: User) -> Q:
    """Whether somebody has what the format asks for at each of the sites."""
    may = Q()
    for code, format in FORMATS.items():
        for right in set(format.rights) - {Right.EXPORT}:
            may &= ~Q(choices__format=code) | Q(sites__contained_by=_codes(by, right))
    return may


def _codes(by: User, right: Right) -> list[str]:
    return [site.code for site in sites_with(by, right)]
