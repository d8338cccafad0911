"""Every participant in a few words: what counts, lists and calendars are made of.

Read as plain values and not as objects, because a page that shows 25 participants counts them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value

from forms_app.selectors.status import PENDING, Awaited, Outlook, Status, awaited
from trial.access import Right, sites_with
from trial.models import Injection, Participant, Site, User


@dataclass(frozen=True, slots=True)
class Outline:
    """A participant with the anchor, the date at the site, and the visits that are not recorded."""

    pk: int
    code: str
    site: Site
    state: str
    anchor: date | None
    today: date
    awaited: tuple[Awaited, ...]

    @property
    def statuses(self) -> set[Status]:
        return {each.status for each in self.awaited}

    @property
    def pending(self) -> list[Awaited]:
        """The visits that somebody should see to now, in the order of the schedule."""
        return [each for each in self.awaited if each.status in PENDING]


def read(user: User) -> list[Outline]:
    """Every participant whom the person may see, by code; one statement."""
    return at(sites_with(user, Right.VIEW_DATA))


def at(sites: Iterable[Site]) -> list[Outline]:
    """Every participant of some sites, by code; one statement."""
    # The clock of a site is asked once, so that one list knows one date.
    clocks = {site.pk: (site, site.today()) for site in sites}
    return [_outline(row, *clocks[row[2]]) for row in _rows(list(clocks))]


def _rows(sites: list[int]) -> QuerySet[Participant, tuple[Any, ...]]:
    performed = Injection.objects.filter(
        record__participant=OuterRef("pk"), record__removed=False, injperf="Y"
    ).values("injdat")[:1]
    recorded = ArrayAgg("visits__code", filter=Q(visits__isnull=False), default=Value([]))
    return (
        Participant.objects.filter(site__in=sites)
        .annotate(anchor=Subquery(performed), recorded=recorded)
        # An aggregate drops the order that the model declares.
        .order_by("code")
        .values_list("pk", "code", "site_id", "state", "anchor", "recorded")
    )


def _outline(row: tuple[Any, ...], site: Site, today: date) -> Outline:
    pk, code, _, state, anchor, recorded = row
    outlook = Outlook(state, anchor, today, frozenset(recorded))
    return Outline(pk, code, site, state, anchor, today, awaited(outlook))
