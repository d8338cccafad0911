"""What runs in the background, with a real broker and a real worker where that matters."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from pytest_django import Settings

from config.celery import app
from config.embedded.program import wait_until
from forms_app import tasks
from forms_app.announcements import safety_alert_due
from forms_app.deployment import safety_alerts_reach_somebody
from forms_app.models import Query
from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.services.test_rechecks import LINK, with_complication
from trial.announcements import participant_changed
from trial.models import Event, Participant, Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue() -> Iterator[None]:
    app.control.purge()
    yield
    app.control.purge()


def waiting() -> list[str]:
    """The names of the tasks in the queue, the oldest first."""
    with app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        return [json.loads(raw)["headers"]["task"] for raw in channel.client.lrange("celery", 0, -1)][::-1]


def test_each_announcement_has_its_receiver() -> None:
    assert participant_changed._live_receivers(None)[0] == [tasks.ask_for_recheck]
    assert safety_alert_due._live_receivers(None)[0] == [tasks.ask_for_alert]


def test_a_visit_and_a_form_ask_for_the_checks(cast: Cast, queue: None) -> None:
    participant = journey.added(cast)
    journey.attend(cast.investigator, participant, "SCR")
    consent = answers.consent(journey.day_of(participant, "SCR"))
    journey.save(cast.investigator, participant, "SCR", "consent", consent)
    assert waiting() == [tasks.recheck.name] * 2


def test_what_was_refused_asks_for_nothing(cast: Cast, queue: None) -> None:
    participant = journey.added(cast)
    app.control.purge()
    with pytest.raises(Exception, match="Nothing was saved"):
        journey.attend(cast.investigator, participant, "SCR", day=cast.north.today() + timedelta(days=1))
    assert waiting() == []


def test_the_beat_knows_the_sweep_and_the_night(cast: Cast, queue: None) -> None:
    schedule = app.conf.beat_schedule
    assert schedule["safety"]["task"] == tasks.sweep_safety_alerts.name
    assert schedule["safety"]["schedule"] == tasks.SWEEP_SECONDS
    assert schedule["checks"]["task"] == tasks.recheck_all.name
    assert schedule["checks"]["schedule"] == crontab(hour=1, minute=30)
    journey.added(cast)
    journey.added(cast)
    app.control.purge()
    tasks.recheck_all()
    assert waiting() == [tasks.recheck.name] * 2


@pytest.mark.parametrize(("contact", "told"), [([], 1), (["safety@example.org"], 0)])
def test_a_server_without_a_safety_contact_is_warned_of(
    settings: Settings, contact: list[str], told: int
) -> None:
    settings.SAFETY_CONTACT = contact
    assert len(safety_alerts_reach_somebody()) == told


def test_the_worker_closes_the_question_of_another_form(cast: Cast, worker: Path) -> None:
    participant = with_complication(cast)
    event = answers.adverse_event(journey.day_of(participant, "INJ"), aelink=LINK)
    journey.log(cast.investigator, participant, "adverse_event", event)
    assert wait_until(lambda: state_of(participant) == "complete", 30), worker.read_text()
    moved = Event.objects.filter(table_name="forms_app_query", row__state="closed").last()
    assert moved is not None
    assert (moved.actor_id, moved.route) == (-1, "task")


def state_of(participant: Participant) -> str:
    assert Query.objects.filter(record__participant=participant).exists()
    return Record.objects.get(participant=participant, form="injection").state
