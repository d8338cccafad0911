"""The questions of all participants whom a person may see: lists, counts, and who can answer.

The site sees what is or was put to it: a candidate is none of its business until it is released, and what
was cancelled is not asked any more. `is_put` is that rule, for questions and for events of them; in lists it
is `visible`, in the audit trail `EVENT_IS_PUT`. The number of statements does not grow with the questions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from forms_app.models import Query
from forms_app.models.query import ANSWERED, CANCELLED, CANDIDATE, CLOSED, MANUAL, OPEN
from trial.access import RIGHTS, Right, Role, can, sites_with
from trial.models import Site, User

ROWS = 50
# What the site does not see.
APART = (CANDIDATE, CANCELLED)
BY_CHECK = "check"
BY_PERSON = "person"
# Those who see what is not put to the site although they enter data there.
BEHIND = (Right.SETTLE_QUERY, Right.PROPOSE_QUERY)

# `is_put` of an event `e` of a question, and of the row `before` it.
EVENT_IS_PUT = """(e.row ->> 'state' <> all(%(apart)s)
or (e.row ->> 'state' = %(cancelled)s and coalesce(before.row ->> 'state' <> all(%(apart)s), false)))"""
EVENT_VALUES = {"apart": list(APART), "cancelled": CANCELLED}

MANUALLY = Q(check_code__startswith=MANUAL)
# The lists by name: what the site is to answer, what waits for release, for somebody to close it, all that
# is open, and everything.
TO_ANSWER, TO_RELEASE, TO_CLOSE, ALL_OPEN, EVERYTHING = "answer", "release", "close", "open", "all"
LISTS: dict[str, Q] = {
    TO_ANSWER: Q(state=OPEN),
    TO_RELEASE: Q(state=CANDIDATE),
    TO_CLOSE: Q(state=ANSWERED) & MANUALLY,
    ALL_OPEN: Q(state=OPEN),
    EVERYTHING: Q(),
}
# The right that makes a list somebody's own; the others are there for everybody.
LIST_RIGHTS: dict[str, Right] = {
    TO_ANSWER: Right.ENTER_DATA,
    TO_RELEASE: Right.SETTLE_QUERY,
    TO_CLOSE: Right.SETTLE_QUERY,
}


@dataclass(frozen=True)
class Filter:
    """What the person wants to see; an empty part does not restrict.

    `person` is the user name of who raised a question or has to answer it, `assigned` of the latter;
    `by` is "check" or "person", `days` how long it stands open at least.
    """

    state: str = ""
    site: str = ""
    participant: str = ""
    visit: str = ""
    form: str = ""
    person: str = ""
    assigned: str = ""
    by: str = ""
    days: int = 0

    def condition(self, now: datetime) -> Q:
        parts = {
            "state": self.state,
            "record__participant__site__code": self.site,
            "record__participant__code": self.participant,
            "record__visit__code": self.visit,
            "record__form": self.form,
            "assigned_to__username": self.assigned,
        }
        found = Q(**{name: value for name, value in parts.items() if value})
        if self.person:
            found &= Q(raised_by__username=self.person) | Q(assigned_to__username=self.person)
        if self.by:
            found &= MANUALLY if self.by == BY_PERSON else ~MANUALLY
        if self.days:
            found &= Q(opened_at__lte=now - timedelta(days=self.days))
        return found


@dataclass(frozen=True)
class Counts:
    """How long the lists of a person are, by name; those that the person has no right to are absent."""

    of: dict[str, int]

    @cached_property
    def mine(self) -> int:
        """How many wait for this person."""
        return sum(self.of.get(name, 0) for name in LIST_RIGHTS)

    def __bool__(self) -> bool:
        return bool(self.mine)


@dataclass(frozen=True)
class Page:
    """One page of a list. `found` counts the questions of all its pages."""

    queries: list[Query]
    found: int
    page: int
    pages: int


def sees_all(person: User, site: Site) -> bool:
    """Whether somebody sees candidates and cancelled questions of a site too; its own staff does not."""
    return not can(person, Right.ENTER_DATA, site) or any(can(person, right, site) for right in BEHIND)


def is_put(state: str, before: str | None = None) -> bool:
    """Whether the site may know of a question in this state, or of its coming there from the state `before`.

    A candidate is not put to it, nor is what takes one back; what takes back an open question is.
    """
    return state not in APART or (state == CANCELLED and before is not None and before not in APART)


def visible(person: User) -> QuerySet[Query]:
    """The questions that a person may see, of records in use."""
    sites = sites_with(person, Right.VIEW_DATA)
    everything = [site.pk for site in sites if sees_all(person, site)]
    put = [site.pk for site in sites if site.pk not in everything]
    at = "record__participant__site__in"
    admitted = Q(**{at: everything}) | (Q(**{at: put}) & ~Q(state__in=APART))
    return Query.objects.filter(admitted, record__removed=False)


def shown(person: User, site: Site, queries: Iterable[Query]) -> list[Query]:
    """Of the questions of one site those that a person may see."""
    everything = sees_all(person, site)
    return [query for query in queries if everything or is_put(query.state)]


def count(person: User) -> Counts:
    """How long the lists of a person are; one statement beside the roles."""
    names = [name for name in LISTS if name != EVERYTHING and _is_theirs(person, name)]
    if not names or not sites_with(person, Right.VIEW_DATA):
        return Counts({})
    counted = {name: Count("pk", filter=_listed(person, name)) for name in names}
    return Counts(visible(person).aggregate(**counted))


def first_list(counts: Counts) -> str:
    """The list that somebody meets first: the first of their own that is not empty, or all that is open."""
    return next((name for name in LIST_RIGHTS if counts.of.get(name)), ALL_OPEN)


def read(person: User, name: str, chosen: Filter, page: int = 1, *, newest_first: bool = False) -> Page:
    """One page of a list, the oldest question first; a page number beyond the end gives the last page."""
    asked = listed(person, name, chosen)
    found = asked.count()
    pages = max(1, -(-found // ROWS))
    page = min(max(page, 1), pages)
    rows = whole(asked.order_by(*order(newest_first=newest_first)))[(page - 1) * ROWS : page * ROWS]
    return Page(list(rows), found, page, pages)


def listed(person: User, name: str, chosen: Filter) -> QuerySet[Query]:
    """The questions of a list that somebody wants to see."""
    return visible(person).filter(_listed(person, name) & chosen.condition(timezone.now()))


def order(*, newest_first: bool) -> tuple[str, str]:
    return ("-opened_at", "-pk") if newest_first else ("opened_at", "pk")


def whole(queries: QuerySet[Query]) -> QuerySet[Query]:
    """With everything that a line of a list says."""
    return queries.select_related("record__participant__site", "record__visit", "raised_by", "assigned_to")


def days_open(query: Query, now: datetime | None = None) -> int:
    """For how many days it stands open, or stood open until it was over."""
    until = query.moved_at if query.state in (CLOSED, CANCELLED) else now or timezone.now()
    return max((until - query.opened_at).days, 0)


def answerers(site: Site) -> list[User]:
    """Who can answer questions at a site today, by name."""
    today = site.today()
    roles = [role.value for role in Role if Right.ENTER_DATA in RIGHTS[role]]
    held = Q(memberships__valid_to=None) | Q(memberships__valid_to__gte=today)
    people = User.objects.filter(
        held,
        is_active=True,
        memberships__site=site,
        memberships__role__in=roles,
        memberships__valid_from__lte=today,
        memberships__ended_at=None,
    )
    return list(people.order_by("full_name").distinct())


def people(person: User) -> list[User]:
    """Who raised or was given one of the questions that somebody may see, by name."""
    seen = visible(person)
    named = Q(pk__in=seen.values("raised_by")) | Q(pk__in=seen.values("assigned_to"))
    return list(User.objects.filter(named).order_by("full_name"))


def _is_theirs(person: User, name: str) -> bool:
    return name not in LIST_RIGHTS or can(person, LIST_RIGHTS[name])


def _listed(person: User, name: str) -> Q:
    """The questions of a list: one's own is of the sites where one has its right."""
    condition = LISTS[name]
    if name in LIST_RIGHTS:
        sites = sites_with(person, LIST_RIGHTS[name])
        condition &= Q(record__participant__site__in=[site.pk for site in sites])
    return condition
