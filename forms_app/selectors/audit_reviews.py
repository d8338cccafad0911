"""Which days of the audit trail were reviewed, what came to them since, and which were not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from forms_app.selectors import audit
from trial.models import AuditReview, Site

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reviewed:
    """A review, and how many events were added to its days since."""

    review: AuditReview
    added: int


@dataclass(frozen=True)
class Gap:
    """Days that nobody has reviewed, from one to another (both included), with their events."""

    first: date
    last: date
    events: int


@dataclass(frozen=True)
class SiteReviews:
    """A site with its reviews, the latest period first, and its gaps up to yesterday.

    `begun` says whether there is a day before today to review.
    """

    site: Site
    reviews: list[Reviewed]
    gaps: list[Gap]
    unreviewed: int
    begun: bool


def read(sites: Iterable[Site]) -> list[SiteReviews]:
    """Two statements."""
    places = list(sites)
    counts = audit.by_day(places)
    reviews = list(
        AuditReview.objects.filter(site__in=places)
        .select_related("reviewed_by")
        .order_by("-period_to", "-period_from", "-id")
    )
    return [
        _of(site, [each for each in reviews if each.site_id == site.pk], counts[site.pk]) for site in places
    ]


def events_in(counts: dict[date, int], first: date, last: date) -> int:
    """How many events the days have, both included."""
    return sum(number for day, number in counts.items() if first <= day <= last)


def _of(site: Site, reviews: list[AuditReview], counts: dict[date, int]) -> SiteReviews:
    reviewed = [
        Reviewed(each, events_in(counts, each.period_from, each.period_to) - each.events) for each in reviews
    ]
    days = list(_days(site, counts))
    open_days = [day for day in days if not any(_covers(each, day) for each in reviews)]
    gaps = [Gap(first, last, events_in(counts, first, last)) for first, last in _runs(open_days)]
    unreviewed = sum(counts.get(day, 0) for day in open_days)
    return SiteReviews(site, reviewed, gaps, unreviewed, begun=bool(days))


def _days(site: Site, counts: dict[date, int]) -> Iterator[date]:
    """Every day from the first event to yesterday: today is not over."""
    today = site.today()
    day = min(counts, default=today)
    while day < today:
        yield day
        day += DAY


def _covers(review: AuditReview, day: date) -> bool:
    return review.period_from <= day <= review.period_to


def _runs(days: list[date]) -> Iterator[tuple[date, date]]:
    """Days in a row, as first and last."""
    for _, run in groupby(enumerate(days), key=lambda pair: pair[1].toordinal() - pair[0]):
        found = [day for _, day in run]
        yield found[0], found[-1]
