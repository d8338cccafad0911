"""Lists in pages: each row once, whatever comes and goes in between, and at the same cost however deep."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from tests import journey
from tests.cast import Cast
from tests.client import ROOT, client, problem
from trial.api.paging import Page, page_among
from trial.services import participants

pytestmark = pytest.mark.django_db


def add(cast: Cast, number: int) -> list[str]:
    return [journey.added(cast).code for _ in range(number)]


def walk(cast: Cast, address: str, member: str = "next") -> list[list[str]]:
    """The codes of each page from an address on."""
    asks, pages = client(cast.monitor), []
    following: str | None = address
    while following:
        page = asks.get(following).json()
        pages.append([row["code"] for row in page["results"]])
        following = page[member]
    return pages


def test_every_row_comes_once_and_in_order(cast: Cast) -> None:
    codes = add(cast, 7)
    assert walk(cast, f"{ROOT}?limit=3") == [codes[:3], codes[3:6], codes[6:]]
    assert walk(cast, ROOT) == [codes]


def test_a_list_that_ends_with_its_page_has_no_next_one(cast: Cast) -> None:
    codes = add(cast, 4)
    assert walk(cast, f"{ROOT}?limit=2") == [codes[:2], codes[2:]]


def test_previous_leads_back_to_the_begin(cast: Cast) -> None:
    codes, asks = add(cast, 7), client(cast.monitor)
    last = asks.get(asks.get(asks.get(f"{ROOT}?limit=3").json()["next"]).json()["next"]).json()
    assert walk(cast, last["previous"], "previous") == [codes[3:6], codes[:3]]
    first = asks.get(asks.get(last["previous"]).json()["previous"]).json()
    assert first["previous"] is None
    assert walk(cast, first["next"]) == [codes[3:6], codes[6:]]


def test_the_filters_go_with_the_addresses(cast: Cast) -> None:
    codes = add(cast, 3)
    participants.add(by=cast.southern_coordinator, site=cast.south)
    page = client(cast.monitor).get(ROOT, {"site": cast.north.code, "limit": "2"}).json()
    assert f"site={cast.north.code}" in page["next"]
    assert walk(cast, page["next"]) == [codes[2:]]


def test_what_comes_in_between_neither_repeats_nor_hides_a_row(cast: Cast) -> None:
    codes = add(cast, 3)
    following = client(cast.monitor).get(f"{ROOT}?limit=2").json()["next"]
    codes += add(cast, 2)
    assert walk(cast, following) == [codes[2:4], codes[4:]]


def test_a_page_that_did_not_change_is_not_sent_again(cast: Cast) -> None:
    add(cast, 3)
    first = client(cast.monitor).get(f"{ROOT}?limit=2")
    again = client(cast.monitor).get(f"{ROOT}?limit=2", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    add(cast, 1)
    deeper = client(cast.monitor).get(f"{ROOT}?limit=200", headers={"If-None-Match": first["ETag"]})
    assert deeper.status_code == 200


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "", "1.5", "٣", "9" * 30])
def test_a_limit_that_is_none_is_refused(cast: Cast, limit: str) -> None:
    told = problem(client(cast.monitor).get(ROOT, {"limit": limit}), 400, "malformed")
    assert told["detail"] == "“limit” is a number from 1 to 500."


def cursor_of(cast: Cast) -> str:
    add(cast, 2)
    return str(client(cast.monitor).get(f"{ROOT}?limit=1").json()["next"]).partition("cursor=")[2]


@pytest.mark.parametrize("change", ["", "x", "[]", "W10:x", "\ud7ff", "a:b:c", "%00"])
def test_a_cursor_that_is_none_is_refused(cast: Cast, change: str) -> None:
    told = problem(client(cast.monitor).get(ROOT, {"cursor": change}), 400, "cursor")
    assert told["detail"].startswith("“cursor” takes a cursor that an earlier answer gave")


def test_a_cursor_that_was_changed_or_is_of_another_list_is_refused(cast: Cast) -> None:
    cursor = cursor_of(cast)
    assert client(cast.monitor).get(f"{ROOT}?cursor={cursor}").status_code == 200
    problem(client(cast.monitor).get(f"{ROOT}?cursor=x{cursor}"), 400, "cursor")
    problem(client(cast.monitor).get(f"/api/v1/locks/?cursor={cursor}"), 400, "cursor")


def test_a_deep_page_costs_what_the_first_one_costs(cast: Cast) -> None:
    add(cast, 9)
    asks = client(cast.monitor)
    costs, following = [], f"{ROOT}?limit=2"
    while following:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = asks.get(following).json()
        costs.append(len(asked))
        read = asked.captured_queries[-1]["sql"]
        assert "OFFSET" not in read
        following = page["next"]
    assert len(costs) == 5
    assert len(set(costs[1:])) == 1


def page(rows: list[Any], address: str = "/", **query: Any) -> Page[Any]:
    request = Request(APIRequestFactory().get(address, query))
    return page_among(request, rows, lambda row: row)


def test_rows_that_are_there_already_are_paged_by_their_keys() -> None:
    rows = [(number // 2, str(number % 2)) for number in range(10)]
    first = page(rows[::-1], limit=4)
    assert (first.rows, first.previous) == (rows[:4], None)
    assert first.next is not None
    # The row at which the page ended goes, and one comes before it.
    second = page([each for each in rows if each != rows[3]], first.next)
    assert second.rows == rows[4:8]
    assert second.previous is not None
    assert page(rows, second.previous).rows == rows[:4]


def test_a_page_of_which_everything_has_gone_leads_to_the_begin() -> None:
    first = page([(1,), (2,), (3,)], limit=2)
    assert first.next is not None
    gone = page([(1,), (2,)], first.next)
    assert (gone.rows, gone.next) == ([], None)
    assert gone.previous is not None
    assert "cursor" not in gone.previous
