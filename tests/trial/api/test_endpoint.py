"""What every address of the API does alike."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver
from rest_framework.views import APIView

from config.embedded.folder import DataFolder
from config.urls import api
from tests import answers, journey
from tests.cast import Cast
from tests.client import ROOT, change, client, get, problem, put
from trial.api import throttling
from trial.api.endpoint import Endpoint
from trial.models import Participant

PAIN = "01-001/visits/BL/forms/pain/"

# Those that are of a library: the document itself.
OTHERS = {"api-schema"}


@pytest.fixture
def saved(cast: Cast) -> Participant:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain())
    return participant


def views() -> Iterator[tuple[str, type[APIView]]]:
    for pattern in api:
        assert isinstance(pattern, URLPattern)
        view = getattr(pattern.callback, "cls", None)
        if view is not None and pattern.name not in OTHERS:
            yield str(pattern.name), view


def test_every_view_of_the_api_is_an_endpoint() -> None:
    assert [name for name, view in views() if not issubclass(view, Endpoint)] == []
    unknown = get_resolver().resolve("/api/v1/nothing/").func
    assert getattr(unknown, "cls", None) is not None


# ETags


@pytest.mark.django_db
def test_what_a_client_has_is_not_sent_again_until_it_changes(cast: Cast, saved: Participant) -> None:
    for address in ("", "01-001/", "01-001/visits/", "01-001/visits/BL/", PAIN, "01-001/casebook/"):
        first = get(cast.monitor, address)
        again = client(cast.monitor).get(ROOT + address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), address
    # Its questions belong to a form, and move without its version.
    before = get(cast.monitor, PAIN)["ETag"]
    client(cast.monitor).post(f"{ROOT}{PAIN}queries/", {"item": "nrs_avg24", "text": "Is this so?"})
    after = client(cast.monitor).get(ROOT + PAIN, headers={"If-None-Match": before})
    assert (after.status_code, len(after.json()["queries"])) == (200, 1)
    assert after["ETag"].partition(".")[0] == before.partition(".")[0] == '"1'


@pytest.mark.django_db
@pytest.mark.parametrize("known", ['"other"', 'W/"other", "another"', "other"])
def test_a_client_that_has_something_else_gets_it(cast: Cast, saved: Participant, known: str) -> None:
    asked = client(cast.monitor).get(ROOT + PAIN, headers={"If-None-Match": known})
    assert asked.status_code == 200


@pytest.mark.django_db
def test_who_asks_for_what_stands_no_more_is_told(cast: Cast, saved: Participant) -> None:
    asks = client(cast.monitor)
    tag = asks.get(ROOT + PAIN)["ETag"]
    for stands in (tag, '"1"', "*", f'"x", {tag}'):
        assert asks.get(ROOT + PAIN, headers={"If-Match": stands}).status_code == 200
    for gone in ('"2"', '"1.0"', '"x"'):
        problem(asks.get(ROOT + PAIN, headers={"If-Match": gone}), 412, "version_stale")


@pytest.mark.django_db
def test_the_etag_of_what_was_read_may_be_sent_to_change_it(cast: Cast, saved: Participant) -> None:
    tag = get(cast.coordinator, PAIN)["ETag"]
    body = {"items": {"nrs_avg24": 3}, "reason": "A typing error"}
    changed = put(cast.coordinator, PAIN, body, **{"If-Match": tag})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    problem(put(cast.coordinator, PAIN, body, **{"If-Match": tag}), 412, "version_stale")
    problem(put(cast.coordinator, PAIN, body), 428, "version_missing")


@pytest.mark.django_db
def test_what_is_read_belongs_to_one_person(cast: Cast, saved: Participant) -> None:
    assert get(cast.monitor, "01-001/")["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_no_view_answers_an_error_in_another_form(cast: Cast, saved: Participant) -> None:
    asks = client(cast.monitor)
    for told in (
        problem(asks.get(f"{ROOT}?limit=x"), 400, "malformed"),
        problem(asks.get(f"{ROOT}?format=xml"), 400, "parameter_unknown"),
        problem(asks.patch(ROOT), 405, "method"),
        problem(change(cast.coordinator, PAIN, {"items": {"nobody": 1}}, 1), 422, "answers"),
    ):
        assert told["detail"].endswith(".")


# Limits


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling.PersonThrottle, "rate", "5/hour", raising=False)


@pytest.mark.django_db
def test_each_answer_says_how_much_is_left(cast: Cast, few: None) -> None:
    told = [get(cast.monitor) for _ in range(6)]
    assert [each["RateLimit-Limit"] for each in told] == ["5"] * 6
    assert [each["RateLimit-Remaining"] for each in told] == ["4", "3", "2", "1", "0", "0"]
    assert [each.status_code for each in told] == [200] * 5 + [429]
    assert told[5]["Retry-After"] == told[5]["RateLimit-Reset"]
    assert 0 < int(told[5]["Retry-After"]) <= 3600
    assert "Retry-After" not in told[4]


@pytest.mark.django_db
def test_all_processes_count_together(
    cast: Cast, few: None, monkeypatch: pytest.MonkeyPatch, servers: DataFolder
) -> None:
    """Another process has connections of its own, and the same count."""
    assert get(cast.monitor)["RateLimit-Remaining"] == "4"
    other = throttling._Line(servers.broker_url)
    monkeypatch.setattr(throttling, "_line", lambda address: other)
    assert get(cast.monitor)["RateLimit-Remaining"] == "3"
    other.client.close()


@pytest.mark.django_db
def test_while_nobody_counts_nobody_waits(
    cast: Cast, few: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    dead = throttling._Line(f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0")
    monkeypatch.setattr(throttling, "_line", lambda address: dead)
    began = time.monotonic()
    told = [get(cast.monitor) for _ in range(7)]
    assert {each.status_code for each in told} == {200}
    assert "RateLimit-Limit" not in told[0]
    assert caplog.messages.count("Calls of the API are not counted: ConnectionError") == 1
    assert time.monotonic() - began < 60
    dead.client.close()
