"""The lists of questions: who sees which, by what they are chosen, and in what order."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forms_app.models import Query
from forms_app.models.query import QUERY_STATES
from forms_app.selectors import queries as selector
from forms_app.selectors.queries import Filter
from forms_app.services import queries, records
from tests import answers, journey
from tests.cast import Cast
from tests.sql import value
from trial.access import Role
from trial.audit.context import COMMAND_LINE
from trial.models import Participant, Record, User
from trial.services import accounts

pytestmark = pytest.mark.django_db

EVERYTHING = Filter()


@pytest.fixture
def participant(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


@pytest.fixture
def record(cast: Cast, participant: Participant) -> Record:
    return journey.save(cast.investigator, participant, "BL", "pain", answers.pain(6)).record


def ask(by: User, record: Record, item: str = "nrs_avg24") -> Query:
    return queries.raise_query(by=by, record=record, item=item, text="Is this so?")


def listed(person: User, name: str = "all", chosen: Filter = EVERYTHING) -> list[Query]:
    return selector.read(person, name, chosen).queries


def since(query: Query, days: int) -> None:
    """It was opened so many days ago."""
    Query.objects.filter(pk=query.pk).update(opened_at=timezone.now() - timedelta(days=days))


@pytest.mark.requirement("E6.18")
def test_the_site_does_not_see_what_was_not_put_to_it(cast: Cast, record: Record) -> None:
    candidate, asked = ask(cast.statistician, record), ask(cast.monitor, record)
    taken_back = queries.cancel(by=cast.monitor, query=ask(cast.monitor, record))
    for site in (cast.investigator, cast.sub_investigator, cast.coordinator):
        assert listed(site) == [asked]
    for other in (cast.statistician, cast.monitor, cast.data_manager, cast.auditor):
        assert set(listed(other)) == {candidate, asked, taken_back}
    assert listed(cast.southern_investigator) == listed(cast.administrator) == []


def test_who_enters_data_and_settles_questions_sees_candidates(cast: Cast, record: Record) -> None:
    candidate = ask(cast.statistician, record)
    accounts.give_role(by=COMMAND_LINE, user=cast.coordinator, site=cast.north, role=Role.MONITOR)
    assert listed(User.objects.get(pk=cast.coordinator.pk)) == [candidate]


def test_each_list_holds_what_waits_for_somebody(cast: Cast, record: Record) -> None:
    candidate, asked = ask(cast.statistician, record), ask(cast.monitor, record)
    answered = queries.answer(by=cast.coordinator, query=ask(cast.monitor, record), explanation="It is")
    assert listed(cast.coordinator, "answer") == [asked]
    assert listed(cast.monitor, "answer") == []
    assert listed(cast.monitor, "release") == [candidate]
    assert listed(cast.monitor, "close") == [answered]
    assert listed(cast.monitor, "open") == [asked]
    assert selector.count(cast.monitor).of == {"release": 1, "close": 1, "open": 1}
    assert selector.count(cast.coordinator).of == {"answer": 1, "open": 1}
    assert selector.count(cast.auditor).of == {"open": 1}
    assert selector.count(cast.administrator).of == {}
    assert (selector.count(cast.monitor).mine, selector.count(cast.coordinator).mine) == (2, 1)


def test_what_a_check_asks_is_closed_by_nobody(cast: Cast, participant: Participant) -> None:
    doubtful, why = answers.pain(6, nrs_worst24=4), {"nrs_worst24.worst_below_average": "Confirmed"}
    journey.save(cast.investigator, participant, "BL", "pain", doubtful, explanations=why)
    assert [query.state for query in listed(cast.monitor)] == ["answered"]
    assert listed(cast.monitor, "close") == []


def test_the_list_that_somebody_meets_first_is_their_own_that_is_not_empty(
    cast: Cast, record: Record
) -> None:
    ask(cast.monitor, record)
    answered = queries.answer(by=cast.coordinator, query=ask(cast.monitor, record), explanation="It is")
    assert answered.state == "answered"
    found = {who: selector.first_list(selector.count(who)) for who in (cast.monitor, cast.coordinator)}
    assert found == {cast.monitor: "close", cast.coordinator: "answer"}
    assert selector.first_list(selector.count(cast.auditor)) == "open"


def test_what_is_shown_can_be_chosen(cast: Cast, participant: Participant, record: Record) -> None:
    by_person = ask(cast.monitor, record)
    motion = answers.motion(80, 81, 99)
    journey.save(cast.investigator, participant, "BL", "motion", motion)
    by_check = set(Query.objects.filter(record__form="motion"))
    given = next(iter(by_check))
    queries.assign(by=cast.monitor, query=given, to=cast.coordinator)
    since(by_person, 20)
    chosen = {
        Filter(site="01"): {by_person, *by_check},
        Filter(site="02"): set(),
        Filter(participant=participant.code): {by_person, *by_check},
        Filter(participant="01-999"): set(),
        Filter(form="motion"): by_check,
        Filter(by="person"): {by_person},
        Filter(by="check"): by_check,
        Filter(person="monitor"): {by_person},
        Filter(person="coordinator"): {given},
        Filter(days=14): {by_person},
        Filter(days=30): set(),
        Filter(state="open"): {by_person, *by_check},
        Filter(state="closed"): set(),
    }
    assert {each: set(listed(cast.monitor, "all", each)) for each in chosen} == chosen
    assert selector.people(cast.monitor) == [cast.coordinator, cast.monitor]


def test_the_oldest_stands_first_and_days_are_counted_until_it_is_over(cast: Cast, record: Record) -> None:
    first, second = ask(cast.monitor, record), ask(cast.monitor, record)
    since(first, 3)
    since(second, 9)
    assert [selector.days_open(each) for each in listed(cast.monitor)] == [9, 3]
    newest = selector.read(cast.monitor, "all", EVERYTHING, newest_first=True).queries
    assert newest == [first, second]
    second.refresh_from_db()
    closed = queries.close(by=cast.monitor, query=second)
    assert selector.days_open(closed, timezone.now() + timedelta(days=100)) == 9


def test_questions_about_a_record_out_of_use_are_on_no_list(cast: Cast, record: Record) -> None:
    ask(cast.monitor, record)
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong person")
    assert listed(cast.monitor) == []
    assert selector.count(cast.monitor).of["open"] == 0


def test_pages_end_where_the_questions_do(
    cast: Cast, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selector, "ROWS", 2)
    for _ in range(3):
        ask(cast.monitor, record)
    first, last = (selector.read(cast.monitor, "all", EVERYTHING, page) for page in (1, 9))
    assert (first.found, first.page, first.pages, len(first.queries)) == (3, 1, 2, 2)
    assert (last.page, len(last.queries)) == (2, 1)


def test_who_can_answer_holds_a_role_that_enters_data_today(cast: Cast) -> None:
    assert selector.answerers(cast.north) == [cast.coordinator, cast.investigator, cast.sub_investigator]
    accounts.give_role(by=COMMAND_LINE, user=cast.coordinator, site=cast.north, role=Role.INVESTIGATOR)
    assert selector.answerers(cast.north).count(cast.coordinator) == 1


def test_a_list_costs_the_same_for_one_question_and_for_many(cast: Cast, record: Record) -> None:
    ask(cast.monitor, record)
    listed(cast.monitor)
    with CaptureQueriesContext(connection) as one:
        read_whole(cast.monitor)
    for _ in range(10):
        ask(cast.monitor, record)
    with CaptureQueriesContext(connection) as many:
        read_whole(cast.monitor)
    assert len(many) == len(one) == 4


def read_whole(person: User) -> None:
    """A list as the page shows it."""
    selector.count(person)
    for query in listed(person):
        assert query.record.participant.site
        assert query.raised_by
    selector.people(person)


@pytest.mark.parametrize("before", [None, *QUERY_STATES])
@pytest.mark.parametrize("state", QUERY_STATES)
def test_one_rule_says_in_python_and_in_sql_what_is_put_to_the_site(state: str, before: str | None) -> None:
    row = None if before is None else json.dumps({"state": before})
    told = value(
        f"select {selector.EVENT_IS_PUT} from (select %(after)s::jsonb as row) e, "
        "(select %(before)s::jsonb as row) before",
        {**selector.EVENT_VALUES, "after": json.dumps({"state": state}), "before": row},  # type: ignore[arg-type]
    )
    assert told is selector.is_put(state, before)
    assert selector.is_put(state) is (state not in selector.APART)
    if before in (None, *selector.APART):
        assert selector.is_put(state, before) is (state not in selector.APART)
