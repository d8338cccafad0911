"""Which days of the audit trail were reviewed, what came to them since, and which were not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from forms_app.selectors import audit
from forms_app.selectors.audit import Count
from forms_app.selectors.queries import sees_all
from trial.models import AuditReview, Site, User

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reviewed:
    """A review, how many events its days had, and how many were added to them since."""

    review: AuditReview
    events: int
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


@dataclass(frozen=True)
class _Read:
    """The first day of a site with events, and how many each has from `since` on; `whole` says whether
    the reader may know of all."""

    site: Site
    first: date | None
    since: date
    counts: dict[date, Count]
    whole: bool

    def events(self, first: date, last: date) -> int:
        count = events_in(self.counts, first, last)
        return count.whole if self.whole else count.put


def read(person: User, sites: Iterable[Site]) -> list[SiteReviews]:
    """What a person may know of the reviews of sites; three statements.

    Events are counted from the first day on to which any can have come since it was reviewed.
    """
    places = list(sites)
    begun, reviews = audit.first_days(places), _reviews(places)
    since = {site: _open_since(site, reviews[site.pk], begun.get(site.pk)) for site in places}
    counts = audit.by_day(since)
    return [
        _of(_Read(site, begun.get(site.pk), day, counts[site.pk], sees_all(person, site)), reviews[site.pk])
        for site, day in since.items()
    ]


def events_in(counts: Mapping[date, Count], first: date, last: date) -> Count:
    """How many events the days have, both included."""
    within = [count for day, count in counts.items() if first <= day <= last]
    return Count(sum(count.whole for count in within), sum(count.put for count in within))


def _reviews(sites: list[Site]) -> dict[int, list[AuditReview]]:
    """The reviews of each site, the latest period first."""
    found: dict[int, list[AuditReview]] = {site.pk: [] for site in sites}
    reviews = AuditReview.objects.filter(site__in=sites).select_related("reviewed_by")
    for review in reviews.order_by("-period_to", "-period_from", "-id"):
        found[review.site_id].append(review)
    return found


def _open_since(site: Site, reviews: list[AuditReview], first: date | None) -> date:
    """The first day that was not reviewed after it was over, or the first of a period with such a day."""
    day = first or site.today()
    while any(_covers(each, day) and day < site.date_of(each.reviewed_at) for each in reviews):
        day += DAY
    for each in reviews:
        if each.period_to >= day:
            day = min(day, each.period_from)
    return day


def _of(read: _Read, reviews: list[AuditReview]) -> SiteReviews:
    days = list(_days(read.site, read.first))
    open_days = [day for day in days if not any(_covers(each, day) for each in reviews)]
    gaps = [Gap(first, last, read.events(first, last)) for first, last in _runs(open_days)]
    reviewed = [_reviewed(read, each) for each in reviews]
    return SiteReviews(read.site, reviewed, gaps, sum(gap.events for gap in gaps), begun=bool(days))


def _reviewed(read: _Read, review: AuditReview) -> Reviewed:
    then = review.events if read.whole else review.put
    if review.period_to < read.since:
        return Reviewed(review, then, 0)
    return Reviewed(review, then, read.events(review.period_from, review.period_to) - then)


def _days(site: Site, first: date | None) -> Iterator[date]:
    """Every day from the first event to yesterday: today is not over."""
    today = site.today()
    day = first or today
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
