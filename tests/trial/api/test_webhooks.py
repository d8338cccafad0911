"""Webhooks in the API: set up, changed by version, tried, sent again; the secret is shown and never again."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.cast import Cast
from tests.client import problem
from trial.models import Delivery, Webhook
from trial.services import tokens

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/webhooks/"
GIVEN = {
    "name": "Registry",
    "address": "https://hooks.example.org/told",
    "events": ["serious_event.reported", "record.completed"],
    "reason": "The registry is told",
}


@pytest.fixture
def manager(cast: Cast) -> APIClient:
    return APIClient(headers={"Authorization": f"Token {tokens.create(by=cast.data_manager)[1]}"})


def made(manager: APIClient) -> Any:
    answer = manager.post(ADDRESS, {**GIVEN, "site": "01"})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_it_is_made_with_a_secret_that_is_read_nowhere_again(manager: APIClient) -> None:
    webhook = made(manager)
    assert webhook["secret"].startswith("whsec_")
    assert webhook["events"] == ["record.completed", "serious_event.reported"]
    own = f"{ADDRESS}{webhook['number']}/"
    for path in (ADDRESS, own, f"{own}deliveries/"):
        answer = manager.get(path)
        assert answer.status_code == 200
        assert webhook["secret"] not in answer.content.decode()
    renewed = manager.post(f"{own}secret/", {"reason": "It leaked"})
    assert renewed.status_code == 201
    assert renewed.json()["secret"] != webhook["secret"]
    assert renewed.json()["former_secret_until"]


def test_it_is_changed_by_the_version_that_was_read(manager: APIClient) -> None:
    own = f"{ADDRESS}{made(manager)['number']}/"
    changed = {**GIVEN, "name": "Registry of safety", "events": ["export.ready"]}
    assert manager.put(own, changed, headers={"If-Match": '"1"'}).json()["version"] == 2
    assert problem(manager.put(own, changed, headers={"If-Match": '"1"'}), 412, "version_stale")
    assert Webhook.objects.get().name == "Registry of safety"


def test_it_is_tried_switched_off_and_on_and_what_was_sent_is_sent_again(manager: APIClient) -> None:
    own = f"{ADDRESS}{made(manager)['number']}/"
    assert manager.post(own, {"move": "ping"}).status_code == 200
    (sent,) = manager.get(f"{own}deliveries/", {"state": "waiting"}).json()["results"]
    assert (sent["event"], sent["body"]["about"], sent["attempts"]) == ("ping", {}, 0)
    Delivery.objects.update(state="given up", next_try_at=None, attempts=9)
    assert manager.post(own, {"move": "replay", "message": sent["message"]}).status_code == 200
    assert Delivery.objects.get().state == "waiting"
    assert manager.post(own, {"move": "replay", "since": "2020-01-01T00:00:00Z"}).status_code == 200
    assert manager.post(own, {"move": "off", "reason": "It moves"}).json()["off_since"]
    problem(manager.post(own, {"move": "ping"}), 409, "webhook_off")
    assert manager.post(own, {"move": "on", "reason": "It has moved"}).json()["off_since"] is None


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"address": "https://evil.org/"}, 422, "webhook_address"),
        ({"address": "http://hooks.example.org/told"}, 422, "webhook_address"),
        ({"events": []}, 422, "webhook_events"),
        ({"events": ["ping"]}, 422, "webhook_events"),
        ({"events": "record.completed"}, 400, "malformed"),
        ({"events": [1]}, 400, "malformed"),
        ({"reason": " "}, 422, "reason_missing"),
        ({"site": "02"}, 400, "malformed"),
        ({"name": ""}, 400, "malformed"),
        ({"name": "x" * 61}, 400, "malformed"),
        ({"more": 1}, 400, "malformed"),
    ],
)
def test_what_cannot_be_set_up_is_refused(
    manager: APIClient, changed: dict[str, Any], status: int, code: str
) -> None:
    problem(manager.post(ADDRESS, {**GIVEN, "site": "01", **changed}), status, code)
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("move", "status", "code"),
    [
        ({"move": "delete"}, 400, "malformed"),
        ({"move": "ping", "reason": "x"}, 400, "malformed"),
        ({"move": "off"}, 422, "reason_missing"),
        ({"move": "on", "reason": "x"}, 409, "webhook_on"),
        ({"move": "replay"}, 400, "malformed"),
        ({"move": "replay", "since": "yesterday"}, 400, "malformed"),
        ({"move": "replay", "since": "2020-01-01T00:00:00"}, 400, "malformed"),
        ({"move": "replay", "since": "2020-01-01T00:00:00Z"}, 404, "webhook_nothing"),
        ({"move": "replay", "message": "x"}, 404, "webhook_nothing"),
        ({"move": "replay", "message": "00000000-0000-0000-0000-000000000001"}, 404, "webhook_nothing"),
    ],
)
def test_what_cannot_be_done_is_refused(
    manager: APIClient, move: dict[str, Any], status: int, code: str
) -> None:
    problem(manager.post(f"{ADDRESS}{made(manager)['number']}/", move), status, code)
