"""The pages of webhooks: the secret once, the log with what failed, and sentences for what is refused."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from trial.models import Delivery, Happening, Webhook
from trial.models.delivery import GIVEN_UP, TIMED_OUT
from trial.services import webhooks
from trial.services.webhooks import Setup

pytestmark = pytest.mark.django_db

GIVEN = {
    "site": "01",
    "name": "Registry",
    "address": "https://hooks.example.org/told",
    "happenings": ["record.completed", "query.opened"],
    "reason": "The registry is told",
}


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    client.force_login(cast.data_manager)
    return client


def hook(cast: Cast) -> Webhook:
    given = Setup("Registry", GIVEN["address"], (Happening.EXPORT_READY,))  # type: ignore[arg-type]
    return webhooks.add(by=cast.data_manager, site=cast.north, setup=given, reason="x")[0]


def test_the_secret_is_shown_once(manager: Client) -> None:
    page = manager.post("/webhooks/new/", GIVEN)
    assert page.status_code == 200
    assert b"whsec_" in page.content
    assert "no-store" in page.headers["Cache-Control"]
    webhook = Webhook.objects.get()
    assert [each.value for each in webhook.chosen] == GIVEN["happenings"]
    assert b"whsec_" not in manager.get(f"/webhooks/{webhook.pk}/").content
    renewed = manager.post(f"/webhooks/{webhook.pk}/", {"move": "renew", "reason": "It leaked"})
    assert b"whsec_" in renewed.content


def test_what_is_refused_keeps_what_was_typed(manager: Client) -> None:
    page = manager.post("/webhooks/new/", {**GIVEN, "address": "https://evil.org/"})
    assert page.status_code == 422
    assert b"has not allowed this host" in page.content
    assert b'value="https://evil.org/"' in page.content
    assert page.content.count(b" checked") == 2
    assert not Webhook.objects.exists()


def test_the_page_says_what_was_given_up_and_why(manager: Client, cast: Cast) -> None:
    webhook = hook(cast)
    webhooks.ping(by=cast.data_manager, webhook=webhook)
    Delivery.objects.update(
        state=GIVEN_UP, next_try_at=None, attempts=9, tried_at=timezone.now(), problem=TIMED_OUT
    )
    page = manager.get(f"/webhooks/{webhook.pk}/").content.decode()
    assert "did not arrive within two days" in page
    assert "no answer in time" in page
    assert cast.data_manager.full_name in page
    assert "given up" in manager.get("/webhooks/").content.decode()
    again = {"move": "replay", "message": str(Delivery.objects.get().message)}
    assert manager.post(f"/webhooks/{webhook.pk}/", again).status_code == 302
    assert Delivery.objects.get().state == "waiting"


def test_a_change_keeps_to_the_version_that_was_shown(manager: Client, cast: Cast) -> None:
    webhook = hook(cast)
    body = {**GIVEN, "move": "change", "version": "1", "name": "Registry 2"}
    assert manager.post(f"/webhooks/{webhook.pk}/", body).status_code == 302
    assert manager.post(f"/webhooks/{webhook.pk}/", body).status_code == 412
    assert Webhook.objects.get().name == "Registry 2"


@pytest.mark.parametrize(
    "body",
    [
        {"move": "fly"},
        {"move": "replay period", "since": "", "until": ""},
        {"move": "replay period", "since": "9999-12-31", "until": "9999-12-31"},
        {"move": "replay period", "since": "2026-02-30", "until": "2026-03-01"},
    ],
)
def test_what_no_page_sends_is_malformed(manager: Client, cast: Cast, body: dict[str, str]) -> None:
    assert manager.post(f"/webhooks/{hook(cast).pk}/", body).status_code == 400


def test_the_pages_cost_the_same_for_one_and_for_many(manager: Client, cast: Cast) -> None:
    webhook = hook(cast)
    webhooks.ping(by=cast.data_manager, webhook=webhook)

    def costs() -> list[int]:
        counted = []
        for address in ("/webhooks/", f"/webhooks/{webhook.pk}/"):
            with CaptureQueriesContext(connection) as captured:
                assert manager.get(address).status_code == 200
            counted.append(len(captured))
        return counted

    costs()
    few = costs()
    for _ in range(5):
        other = hook(cast)
        for each in (webhook, other):
            webhooks.ping(by=cast.data_manager, webhook=each)
    assert costs() == few
