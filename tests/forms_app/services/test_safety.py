"""The notices of serious events: when one is due, what it says, and that each leaves once."""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from forms_app import tasks
from forms_app.models import SafetyAlert
from forms_app.services import records, safety
from tests import answers, journey
from tests.cast import Cast
from trial.audit.context import SYSTEM
from trial.models import Event, Participant, Record

pytestmark = pytest.mark.django_db

CONTACT = ["safety@example.org", "sponsor@example.org"]


@pytest.fixture(autouse=True)
def contact(settings: Settings) -> None:
    settings.SAFETY_CONTACT = CONTACT


@pytest.fixture
def person(cast: Cast) -> Participant:
    return journey.consented(cast)


def log(
    cast: Cast, person: Participant, version: int | None = None, *, serious: bool = True, **changes: Any
) -> Record:
    form = answers.serious_event if serious else answers.adverse_event
    day = person.site.today() - timedelta(days=3)
    repeat = records.NEXT if version is None else 1
    return journey.log(
        cast.investigator, person, "adverse_event", form(day, **changes), repeat, version, reason="Told later"
    ).record


def versions() -> list[int]:
    return list(SafetyAlert.objects.order_by("version").values_list("version", flat=True))


def send_all() -> None:
    for alert in safety.unsent():
        safety.send(alert=alert)


def test_an_event_that_is_not_serious_tells_nobody(cast: Cast, person: Participant) -> None:
    log(cast, person, serious=False)
    assert versions() == []


@pytest.mark.requirement("E6.20")
def test_a_serious_event_and_each_change_of_it_is_told(cast: Cast, person: Participant) -> None:
    log(cast, person, serious=False)
    log(cast, person, 1)
    assert versions() == [2]
    log(cast, person, 2, aetoxgr=4, aeslife="Y")
    assert versions() == [2, 3]
    log(cast, person, 3, aetoxgr=4, aeslife="Y")
    assert versions() == [2, 3]
    log(cast, person, 3, serious=False)
    assert versions() == [2, 3, 4]


def test_an_event_that_is_taken_out_of_use_is_told(cast: Cast, person: Participant) -> None:
    record = log(cast, person)
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong participant")
    assert versions() == [1, 2]
    send_all()
    assert "no longer a serious adverse event" in mail.outbox[1].subject


def test_the_notice_is_kept_with_the_save_or_not_at_all(
    cast: Cast, person: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(SafetyAlert.objects, "create", fail)
    with pytest.raises(RuntimeError):
        log(cast, person)
    assert not Record.objects.filter(form="adverse_event").exists()


def test_it_is_asked_for_after_the_commit(
    cast: Cast,
    person: Participant,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks.send_safety_alert, "apply_async", lambda args, **_: asked.append(args[0]))
    monkeypatch.setattr(tasks.recheck, "apply_async", lambda *_, **__: None)
    with django_capture_on_commit_callbacks(execute=True):
        log(cast, person)
        assert asked == []
    assert asked == [SafetyAlert.objects.get().pk]


@pytest.mark.requirement("E6.20", "PRIV.30")
def test_the_mail_says_what_was_coded_and_nothing_that_was_typed(cast: Cast, person: Participant) -> None:
    log(cast, person, aeterm="Fall of Mrs Example", aenarr="Mrs Example fell.")
    send_all()
    (sent,) = mail.outbox
    assert sent.to == CONTACT
    assert sent.subject == "Fascicle: 01-001, event 1: serious adverse event"
    said = str(sent.body)
    assert "Serious adverse event 1 of participant 01-001, site 01, version 1." in said
    assert "Admission to hospital" in said
    assert "/participants/01-001/logs/adverse_event/1/serious/" in said
    assert "Example" not in sent.subject + said
    assert "&" not in said


def test_a_later_version_says_that_it_changed(cast: Cast, person: Participant) -> None:
    log(cast, person)
    log(cast, person, 1, aetoxgr=4, aeslife="Y")
    send_all()
    assert [message.subject.rpartition(": ")[2] for message in mail.outbox] == [
        "serious adverse event",
        "serious adverse event, changed",
    ]


def test_a_notice_is_sent_once_and_says_to_whom(cast: Cast, person: Participant) -> None:
    log(cast, person)
    alert = SafetyAlert.objects.get()
    assert safety.send(alert=alert.pk)
    assert not safety.send(alert=alert.pk)
    alert.refresh_from_db()
    assert len(mail.outbox) == 1
    assert alert.recipient == "safety@example.org, sponsor@example.org"
    event = Event.objects.filter(table_name="forms_app_safetyalert").last()
    assert event is not None
    assert (event.actor_id, event.reason) == (SYSTEM.pk, safety.SENT)


def test_without_a_contact_it_waits_for_one(cast: Cast, person: Participant, settings: Settings) -> None:
    settings.SAFETY_CONTACT = []
    log(cast, person)
    alert = SafetyAlert.objects.get()
    assert safety.unsent() == []
    assert not safety.send(alert=alert.pk)
    settings.SAFETY_CONTACT = CONTACT
    assert safety.unsent() == [alert.pk]
    assert safety.send(alert=alert.pk)


def test_what_does_not_leave_is_tried_again_by_the_sweep(
    cast: Cast, person: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(cast, person)
    alert = SafetyAlert.objects.get()

    def fail(self: EmailMessage, **_: Any) -> int:
        raise SMTPException("The server is away.")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", fail)
        tasks.send_safety_alert(alert.pk)
    alert.refresh_from_db()
    assert (alert.sent_at, alert.recipient) == (None, "")
    monkeypatch.setattr(
        tasks.send_safety_alert, "apply_async", lambda args, **_: tasks.send_safety_alert(*args)
    )
    tasks.sweep_safety_alerts()
    tasks.sweep_safety_alerts()
    assert len(mail.outbox) == 1
