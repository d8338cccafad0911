"""The counts and filters of the matrix against the slow way: one casebook after the other."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms_app.selectors import casebook, due, matrix, outlines
from forms_app.selectors.casebook import Casebook
from forms_app.selectors.matrix import ROWS, Filter
from forms_app.selectors.status import PENDING, WEEK, Status
from tests import journey
from tests.cast import Cast
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.lifecycle import SCREEN_FAILURE, SCREENING, WITHDRAWN
from trial.models import Injection, Participant, Record, Site, Visit
from trial.services import accounts

pytestmark = pytest.mark.django_db

OTHERS = ("SCR", "BL", "W1", "W2", "W12", "U1")
SHOWN = {"": frozenset(Status), "pending": PENDING, "overdue": frozenset({Status.OVERDUE})}


@dataclass(frozen=True)
class Course:
    """How far somebody has come: the days since the injection, None without one, and the other visits."""

    state: str
    ago: int | None
    removed: bool
    recorded: frozenset[str]


COURSES = st.builds(
    Course,
    state=st.sampled_from((SCREENING, SCREENING, SCREEN_FAILURE, WITHDRAWN)),
    ago=st.none() | st.integers(0, 120),
    removed=st.sampled_from((False, False, False, True)),
    recorded=st.frozensets(st.sampled_from(OTHERS)),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(COURSES, max_size=5), st.lists(COURSES, max_size=3))
def test_counts_and_filters_are_those_of_the_casebooks(
    cast: Cast, north: list[Course], south: list[Course]
) -> None:
    with transaction.atomic():
        accounts.give_role(by=COMMAND_LINE, user=cast.monitor, site=cast.south, role=Role.MONITOR)
        for site, courses in ((cast.north, north), (cast.south, south)):
            fill(site, courses)
        books = slowly(cast)
        check_counts(cast, books)
        check_filters(cast, books)
        transaction.set_rollback(True)


def fill(site: Site, courses: Sequence[Course]) -> None:
    """Straight into the tables, because no service goes through every course that a table can hold."""
    with attributed(by=COMMAND_LINE):
        for number, course in enumerate(courses, 1):
            participant = Participant.objects.create(
                site=site,
                number=number,
                code=f"{site.code}-{number:03}",
                state=course.state,
                withdrawn_from=SCREENING if course.state == WITHDRAWN else "",
            )
            Visit.objects.bulk_create(
                Visit(participant=participant, code=code, occurred="N", reason_not_done="ill")
                for code in course.recorded
            )
            if course.ago is not None:
                inject(participant, course.ago, course.removed)


def inject(participant: Participant, ago: int, removed: bool) -> None:
    day = participant.site.today() - timedelta(days=ago)
    visit = Visit.objects.create(
        participant=participant, code="INJ", occurred="Y", visit_date=day, contact_mode="IN PERSON"
    )
    record = Record.objects.create(
        participant=participant, visit=visit, form="injection", protocol_version="1", removed=removed
    )
    Injection.objects.create(record=record, injperf="Y", injdat=day)


def slowly(cast: Cast) -> list[Casebook]:
    found = Participant.objects.filter(site__in=(cast.north, cast.south)).select_related("site")
    return [casebook.read(participant) for participant in found.order_by("code")]


def awaited(book: Casebook) -> list[Status]:
    return [entry.status for entry in book.visits if entry.held is None]


def check_counts(cast: Cast, books: list[Casebook]) -> None:
    for site in ("", cast.north.code, cast.south.code):
        at_site = [book for book in books if site in ("", book.participant.site.code)]
        statuses = [status for book in at_site for status in awaited(book)]
        counts = matrix.read(cast.monitor, Filter(site=site)).counts
        assert counts.participants == len(at_site)
        assert counts.due == statuses.count(Status.DUE) + statuses.count(Status.IN_WINDOW)
        assert counts.overdue == statuses.count(Status.OVERDUE)
    check_lists(cast, books)


def check_lists(cast: Cast, books: list[Casebook]) -> None:
    people = outlines.read(cast.monitor)
    found = due.read(people)
    entries = [(book, entry) for book in books for entry in book.visits if entry.held is None]
    overdue = {
        (book.participant.code, entry.planned.code)
        for book, entry in entries
        if entry.status is Status.OVERDUE
    }
    soon = {
        (book.participant.code, entry.planned.code)
        for book, entry in entries
        if entry.status in (Status.DUE, Status.IN_WINDOW)
        or (entry.status is Status.NOT_DUE and entry.window and entry.window.first < book.today + WEEK)
    }
    assert {(each.participant.code, each.awaited.planned.code) for each in found.overdue} == overdue
    assert {(each.participant.code, each.awaited.planned.code) for each in found.week} == soon
    assert due.count(people) == due.Counts(len(overdue), len(soon))


def check_filters(cast: Cast, books: list[Casebook]) -> None:
    choices = itertools.product(("", "02"), ("", WITHDRAWN), ("", " 01-", "x2"), SHOWN)
    for site, state, search, show in choices:
        expected = [
            book
            for book in books
            if site in ("", book.participant.site.code)
            and state in ("", book.participant.state)
            and search.strip().upper() in book.participant.code
            and (not show or SHOWN[show] & set(awaited(book)))
        ]
        found = matrix.read(cast.monitor, Filter(site, state, search, show))
        assert found.casebooks == expected[:ROWS]
        assert found.found == len(expected)


def test_a_page_shows_the_casebooks_that_its_participants_have(cast: Cast) -> None:
    journey.with_outcomes(cast)
    journey.added(cast)
    assert matrix.read(cast.monitor, Filter()).casebooks == slowly(cast)
