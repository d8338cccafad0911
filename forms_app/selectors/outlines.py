"""Every participant in a few words: what counts, lists and calendars are made of.

Read as plain values and not as objects, because a page that shows 25 participants counts them all.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value

from forms_app.selectors.status import PENDING, Ahead, Awaited, Outlook, ahead
from trial.access import Right, sites_with
from trial.models import Participant, Site, User
from trial.selectors.anchors import injection_dates


class Outline(NamedTuple):
    """A participant with the anchor, the date at the site, and the visits that are not recorded."""

    pk: int
    code: str
    site: Site
    state: str
    anchor: date | None
    today: date
    ahead: Ahead

    @property
    def pending(self) -> list[Awaited]:
        """The visits that somebody should see to now, in the order of the schedule."""
        return [each for each in self.ahead.visits if each.status in PENDING]


def read(user: User) -> list[Outline]:
    """Every participant whom the person may see, by code; two statements."""
    return at(sites_with(user, Right.VIEW_DATA))


def at(sites: Iterable[Site]) -> list[Outline]:
    """Every participant of some sites, by code; two statements."""
    # The clock of a site is asked once, so that one list knows one date.
    clocks = {site.pk: (site, site.today()) for site in sites}
    anchors = injection_dates(list(clocks))
    found = []
    for pk, code, site_id, state, recorded in _rows(list(clocks)):
        (site, today), anchor = clocks[site_id], anchors.get(pk)
        outlook = Outlook(state, anchor, today, frozenset(recorded))
        found.append(Outline(pk, code, site, state, anchor, today, ahead(outlook)))
    return found


def _rows(sites: Iterable[int]) -> QuerySet[Participant, tuple[Any, ...]]:
    recorded = ArrayAgg("visits__code", filter=Q(visits__isnull=False), default=Value([]))
    return (
        Participant.objects.filter(site__in=sites)
        .annotate(recorded=recorded)
        # An aggregate drops the order that the model declares.
        .order_by("code")
        .values_list("pk", "code", "site_id", "state", "recorded")
    )
