"""What runs in the background, with a real broker and a real worker where that matters."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.db import transaction
from pytest_django import Settings

from config.celery import app
from config.embedded.program import wait_until
from forms_app import tasks
from forms_app.announcements import safety_alert_due
from forms_app.deployment import safety_alerts_reach_somebody
from forms_app.models import Query, SafetyAlert
from tests import answers, journey, queued
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


def test_each_announcement_has_its_receiver() -> None:
    assert participant_changed._live_receivers(None)[0] == [tasks.ask_for_recheck]
    assert safety_alert_due._live_receivers(None)[0] == [tasks.ask_for_alert]


def test_a_visit_and_a_form_ask_for_the_checks(cast: Cast, queue: None) -> None:
    participant = journey.added(cast)
    journey.attend(cast.investigator, participant, "SCR")
    consent = answers.consent(journey.day_of(participant, "SCR"))
    journey.save(cast.investigator, participant, "SCR", "consent", consent)
    assert queued.names("checks") == [tasks.recheck.name] * 2


def test_a_transaction_of_many_saves_asks_once_for_each_participant(cast: Cast, queue: None) -> None:
    with transaction.atomic():
        journey.consented(cast)
        journey.eligible(cast)
    assert queued.names("checks") == [tasks.recheck.name] * 2


def test_what_was_refused_asks_for_nothing(cast: Cast, queue: None) -> None:
    participant = journey.added(cast)
    app.control.purge()
    with pytest.raises(Exception, match="Nothing was saved"):
        journey.attend(cast.investigator, participant, "SCR", day=cast.north.today() + timedelta(days=1))
    assert queued.names("checks") == []


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
    assert queued.names("checks") == [tasks.recheck.name] * 2


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


@pytest.fixture
def contact(test_database_environment: dict[str, str]) -> Iterator[None]:
    """The worker that is started after this has somebody to tell."""
    test_database_environment["FASCICLE_SAFETY_CONTACT"] = "safety@example.org"
    yield
    del test_database_environment["FASCICLE_SAFETY_CONTACT"]


def test_the_worker_sends_the_notice_of_a_serious_event(cast: Cast, contact: None, worker: Path) -> None:
    participant = journey.consented(cast)
    day = participant.site.today() - timedelta(days=3)
    journey.log(cast.investigator, participant, "adverse_event", answers.serious_event(day))
    sent = SafetyAlert.objects.exclude(sent_at=None)
    assert wait_until(sent.exists, 30), worker.read_text()
    assert sent.get().recipient == "safety@example.org"
    mails = [path.read_text() for path in Path(settings.EMAIL_FILE_PATH).iterdir()]
    assert sum("01-001, event 1: serious adverse event" in said for said in mails) == 1


def state_of(participant: Participant) -> str:
    assert Query.objects.filter(record__participant=participant).exists()
    return Record.objects.get(participant=participant, form="injection").state
