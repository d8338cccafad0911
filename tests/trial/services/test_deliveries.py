"""Messages on their way to a real receiver: it answers, refuses, is slow, leads elsewhere or is not there."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast
from tests.receiver import Receiver, listening, proves
from trial.messenger import post
from trial.models import Delivery, Happening, Webhook
from trial.models.delivery import (
    ADDRESS_REFUSED,
    ANSWERED_NO,
    CUT_OFF,
    DELIVERED,
    GIVEN_UP,
    REDIRECTED,
    SECRET_UNREADABLE,
    TIMED_OUT,
    UNREACHABLE,
    WAITING,
)
from trial.services import deliveries, webhooks
from trial.services.webhooks import News, Setup

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(post, "STEP_SECONDS", 0.5)
    monkeypatch.setattr(post, "WHOLE_SECONDS", 1.0)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as told:
        yield told


def hook(cast: Cast, address: str) -> tuple[Webhook, str]:
    given = Setup("Registry", address, (Happening.EXPORT_READY,))
    return webhooks.add(by=cast.data_manager, site=cast.north, setup=given, reason="x")


def waiting(webhook: Webhook, ago: timedelta = timedelta(0)) -> Delivery:
    at = timezone.now() - ago
    sent = webhooks.message(webhook, News(Happening.EXPORT_READY, webhook.site), uuid4(), at)
    sent.save()
    return sent


def tried(sent: Delivery) -> Delivery:
    assert deliveries.deliver(delivery=sent.pk) is not None
    sent.refresh_from_db()
    return sent


def later(sent: Delivery) -> None:
    """As if the pause were over."""
    long_ago = timezone.now() - timedelta(hours=1)
    Delivery.objects.filter(pk=sent.pk).update(next_try_at=timezone.now(), tried_at=long_ago)


def test_what_arrives_is_signed_and_kept_as_delivered(cast: Cast, receiver: Receiver) -> None:
    made, secret = hook(cast, receiver.address)
    sent = tried(waiting(made))
    (got,) = receiver.got
    assert (sent.state, sent.status, sent.problem, sent.next_try_at) == (DELIVERED, 204, "", None)
    assert got.body.decode() == sent.body
    assert (got.path, got.headers["content-type"]) == ("/told", "application/json")
    assert got.headers["webhook-id"] == str(sent.message)
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 60
    assert proves(got, secret)
    assert deliveries.deliver(delivery=sent.pk) is None


def test_both_secrets_sign_while_they_overlap_and_one_after_it(cast: Cast, receiver: Receiver) -> None:
    made, first = hook(cast, receiver.address)
    renewed, second = webhooks.renew_secret(by=cast.data_manager, webhook=made, reason="It leaked")
    tried(waiting(renewed))
    assert [proves(receiver.got[0], secret) for secret in (first, second)] == [True, True]
    assert not renewed.former_signs(timezone.now() + timedelta(days=2))
    third = webhooks.renew_secret(by=cast.data_manager, webhook=renewed, reason="Again")[1]
    tried(waiting(renewed))
    assert [proves(receiver.got[1], secret) for secret in (first, second, third)] == [False, True, True]


def test_a_changed_body_or_number_is_not_proved(cast: Cast, receiver: Receiver) -> None:
    made, secret = hook(cast, receiver.address)
    tried(waiting(made))
    got = receiver.got[0]
    for changed in ({"webhook-id": str(uuid4())}, {"webhook-timestamp": "1"}):
        assert not proves(type(got)(got.path, {**got.headers, **changed}, got.body), secret)
    assert not proves(type(got)(got.path, got.headers, got.body + b" "), secret)


@pytest.mark.parametrize(
    ("status", "problem"),
    [(500, ANSWERED_NO), (429, ANSWERED_NO), (404, ANSWERED_NO), (302, REDIRECTED), (304, REDIRECTED)],
)
def test_what_is_refused_waits_for_the_next_time(
    cast: Cast, receiver: Receiver, status: int, problem: str
) -> None:
    receiver.status, receiver.location = status, f"http://localhost:{receiver.port}/elsewhere"
    sent = tried(waiting(hook(cast, receiver.address)[0]))
    assert (sent.state, sent.status, sent.problem) == (WAITING, status, problem)
    assert [got.path for got in receiver.got] == ["/told"]
    assert "nothing of this" not in str(Delivery.objects.values().get())
    receiver.status = 200
    later(sent)
    assert tried(sent).state == DELIVERED
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


@pytest.mark.parametrize("how", ["slow", "drip"])
def test_a_receiver_that_is_slow_is_not_waited_for(cast: Cast, receiver: Receiver, how: str) -> None:
    receiver.seconds, receiver.drip = (3.0, False) if how == "slow" else (0.0, True)
    began = time.monotonic()
    sent = tried(waiting(hook(cast, receiver.address)[0]))
    assert (sent.status, sent.problem) == (None, TIMED_OUT)
    assert time.monotonic() - began < 2.5


def test_a_receiver_that_is_not_there_is_unreachable(cast: Cast) -> None:
    with listening() as gone:
        address = gone.address
    assert tried(waiting(hook(cast, address)[0])).problem == UNREACHABLE


def test_a_host_that_is_not_allowed_any_more_is_not_told(
    cast: Cast, receiver: Receiver, settings: Settings
) -> None:
    made = hook(cast, receiver.address)[0]
    settings.DEBUG = False
    assert tried(waiting(made)).problem == ADDRESS_REFUSED
    assert receiver.got == []


def test_a_secret_that_no_key_opens_is_said(cast: Cast, receiver: Receiver, settings: Settings) -> None:
    made = hook(cast, receiver.address)[0]
    settings.SECRET_KEY = "another"
    assert tried(waiting(made)).problem == SECRET_UNREADABLE


def test_the_pauses_grow_and_end_after_two_days(cast: Cast, receiver: Receiver) -> None:
    receiver.status = 500
    sent = waiting(hook(cast, receiver.address)[0])
    pauses = []
    while tried(sent).state == WAITING:
        assert isinstance(sent.next_try_at, datetime)
        pauses.append(sent.next_try_at - timezone.now())
        later(sent)
    assert [round(pause.total_seconds()) for pause in pauses] == [
        round(pause.total_seconds()) for pause in deliveries.PAUSES
    ]
    assert sum(deliveries.PAUSES, timedelta(0)) < deliveries.LONGEST
    assert (sent.state, sent.attempts, sent.next_try_at) == (GIVEN_UP, 9, None)
    assert deliveries.due() == []


def test_what_waited_two_days_behind_others_is_given_up_with_its_failure(
    cast: Cast, receiver: Receiver
) -> None:
    receiver.status = 500
    assert tried(waiting(hook(cast, receiver.address)[0], timedelta(days=2))).state == GIVEN_UP


def test_a_receiver_that_failed_is_left_alone_and_others_are_not(cast: Cast, receiver: Receiver) -> None:
    failing, well = (hook(cast, receiver.address)[0] for _ in range(2))
    receiver.status = 500
    tried(waiting(failing))
    behind, other = waiting(failing), waiting(well)
    assert deliveries.due() == [other.pk]
    assert deliveries.deliver(delivery=behind.pk) is None
    long_ago = timezone.now() - deliveries.REST
    Delivery.objects.filter(webhook=failing, attempts=1).update(tried_at=long_ago)
    assert deliveries.due() == [behind.pk, other.pk]


def test_an_attempt_that_was_cut_off_comes_back(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    sent = waiting(hook(cast, receiver.address)[0])
    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "post", killed)
        with pytest.raises(SystemExit):
            deliveries.deliver(delivery=sent.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.problem, sent.attempts) == (WAITING, CUT_OFF, 1)
    assert deliveries.due() == []
    Delivery.objects.update(next_try_at=timezone.now())
    assert deliveries.due() == [sent.pk]
    assert tried(sent).state == DELIVERED


def test_what_is_asked_for_again_meanwhile_is_sent_again(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hook(cast, receiver.address)[0]
    sent = waiting(made)

    def asked_meanwhile(*said: object) -> post.Outcome:
        webhooks.replay(by=cast.data_manager, webhook=made, number=sent.message)
        return post.post(*said)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "post", asked_meanwhile)
        deliveries.deliver(delivery=sent.pk)
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == (WAITING, 0)
    assert tried(sent).state == DELIVERED
    assert len(receiver.got) == 2


def test_while_it_is_off_nothing_leaves_and_then_what_waited_does(cast: Cast, receiver: Receiver) -> None:
    made = hook(cast, receiver.address)[0]
    sent = waiting(made)
    off = webhooks.switch(by=cast.data_manager, webhook=made, on=False, reason="x")
    assert (deliveries.due(), deliveries.deliver(delivery=sent.pk)) == ([], None)
    webhooks.switch(by=cast.data_manager, webhook=off, on=True, reason="x")
    assert deliveries.due() == [sent.pk]
    assert tried(sent).state == DELIVERED
