"""Messages from a save to a receiver: a real worker, one that is killed, and no broker at all."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from config.celery import app
from config.embedded.program import wait_until
from tests import answers, journey, queued
from tests.cast import Cast
from tests.receiver import Receiver, listening, proves
from trial import tasks
from trial.announcements import deliveries_due
from trial.models import Delivery, Happening, Participant, Webhook
from trial.models.delivery import CUT_OFF, DELIVERED, WAITING
from trial.services import webhooks
from trial.services.webhooks import Setup

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue() -> Iterator[None]:
    app.control.purge()
    yield
    app.control.purge()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as told:
        yield told


def hook(cast: Cast, settings: Settings, address: str) -> tuple[Webhook, str]:
    settings.DEBUG = True
    given = Setup("Registry", address, (Happening.RECORD_COMPLETED,))
    return webhooks.add(by=cast.data_manager, site=cast.north, setup=given, reason="x")


def at_baseline(cast: Cast) -> Participant:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


def complete(cast: Cast, participant: Participant) -> None:
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))


def is_in(state: str) -> bool:
    return Delivery.objects.filter(state=state).exists()


def test_the_announcement_has_its_receiver_and_the_beat_its_sweep() -> None:
    assert deliveries_due._live_receivers(None)[0] == [tasks.ask_to_deliver]
    entry = app.conf.beat_schedule["webhooks"]
    assert (entry["task"], entry["schedule"]) == (tasks.sweep_deliveries.name, tasks.WEBHOOK_SWEEP_SECONDS)


def test_a_save_is_told_within_seconds_by_a_real_worker(
    cast: Cast, settings: Settings, receiver: Receiver, worker: Path
) -> None:
    participant = at_baseline(cast)
    _made, secret = hook(cast, settings, receiver.address)
    complete(cast, participant)
    assert wait_until(lambda: bool(receiver.got), 20), worker.read_text()
    assert wait_until(lambda: is_in(DELIVERED), 5), worker.read_text()
    assert proves(receiver.got[0], secret)
    assert len(receiver.got) == 1


def test_nothing_is_asked_for_before_the_commit_and_nothing_after_a_way_back(
    cast: Cast, settings: Settings, queue: None
) -> None:
    participant = at_baseline(cast)
    hook(cast, settings, "http://localhost:9/")
    app.control.purge()
    with transaction.atomic():
        complete(cast, participant)
        assert queued.names("webhooks") == []
        transaction.set_rollback(True)
    assert (queued.names("webhooks"), Delivery.objects.count()) == ([], 0)
    complete(cast, participant)
    assert queued.names("webhooks") == [tasks.deliver.name]


def test_what_the_broker_never_got_is_found_by_the_sweep(
    cast: Cast,
    settings: Settings,
    receiver: Receiver,
    worker: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    participant = at_baseline(cast)
    hook(cast, settings, receiver.address)
    with monkeypatch.context() as patched:
        dead = f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0"
        patched.setattr(app.conf, "broker_write_url", dead)
        patched.setattr(app.amqp, "_producer_pool", None)
        complete(cast, participant)
    assert receiver.got == []
    assert is_in(WAITING)
    tasks.sweep_deliveries()
    assert wait_until(lambda: is_in(DELIVERED), 20), worker.read_text()


def test_a_worker_that_dies_while_it_sends_costs_a_minute_and_no_message(
    cast: Cast, settings: Settings, receiver: Receiver, worker: Path
) -> None:
    participant = at_baseline(cast)
    hook(cast, settings, receiver.address)
    receiver.seconds = 4.0
    complete(cast, participant)
    assert wait_until(lambda: bool(receiver.got), 20), worker.read_text()
    kill_who_sends()
    assert wait_until(lambda: Delivery.objects.filter(problem=CUT_OFF, attempts=1).exists(), 5)
    receiver.seconds = 0.0
    # As if the minute were over.
    Delivery.objects.update(next_try_at=timezone.now())
    tasks.sweep_deliveries()
    assert wait_until(lambda: is_in(DELIVERED), 30), worker.read_text()
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


def kill_who_sends() -> None:
    """The process of the worker that sends just now ends without a word."""
    for under_way in (app.control.inspect(timeout=2).active() or {}).values():
        for each in under_way:
            if each["name"] == tasks.deliver.name:
                os.kill(each["worker_pid"], signal.SIGKILL)
