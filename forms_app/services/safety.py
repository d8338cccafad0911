"""Who must hear of a serious adverse event: one notice for each version, sent until it has left."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from forms_app.announcements import safety_alert_due
from forms_app.models import SafetyAlert
from forms_app.selectors import safety
from forms_app.selectors.safety import SeriousEvent
from forms_app.services import news
from trial.audit.context import SYSTEM, attributed
from trial.models import Record
from trial.services import webhooks

# Kept with the change, so in one language.
SENT = "The notice to the safety contact was sent"


def follow(record: Record, *, is_serious: bool) -> None:
    """Note that the safety contact must hear of this version: the event is serious, or was reported as such.

    Part of a caller's transaction; the notice leaves after it.
    """
    if is_serious or SafetyAlert.objects.filter(record=record).exists():
        alert = SafetyAlert.objects.create(record=record, version=record.version)
        transaction.on_commit(lambda: safety_alert_due.send_robust(sender=None, alert=alert.pk), robust=True)
        webhooks.tell_all([news.serious_event(record)])


def unsent() -> list[int]:
    """The keys of the notices that can leave and did not, the oldest first; none without a contact."""
    if not settings.SAFETY_CONTACT:
        return []
    return list(SafetyAlert.objects.filter(sent_at=None).order_by("pk").values_list("pk", flat=True))


def send(*, alert: int) -> bool:
    """Send a notice, unless there is nobody to send it to, it left already or is leaving just now.

    The mail goes out before it is noted, in one transaction: a server that dies in between sends it again,
    and none is lost.
    """
    if not settings.SAFETY_CONTACT:
        return False
    with attributed(by=SYSTEM, reason=SENT):
        held = SafetyAlert.objects.select_for_update(skip_locked=True).filter(pk=alert, sent_at=None).first()
        if held is None:
            return False
        _message(held).send()
        held.sent_at, held.recipient = timezone.now(), ", ".join(settings.SAFETY_CONTACT)
        held.save(update_fields=["sent_at", "recipient"])
    return True


def _message(alert: SafetyAlert) -> EmailMessage:
    """The mail. It says what was coded and nothing that was typed: a text may name somebody."""
    event = safety.of_record(alert.record_id)
    context = {
        "event": event,
        "alert": alert,
        "criteria": [_(label) for label in event.criteria],
        "aware": _moment(event.clock.aware),
        "due": _moment(event.clock.deadline),
        "reported": _moment(event.clock.reported),
        "path": reverse("serious", args=(event.participant.code, event.record.repeat)),
    }
    return EmailMessage(
        subject=f"{settings.EMAIL_SUBJECT_PREFIX}{_subject(alert, event)}",
        body=render_to_string("forms_app/safety_alert.txt", context),
        to=settings.SAFETY_CONTACT,
    )


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M %z") if at else _("not given")


def _subject(alert: SafetyAlert, event: SeriousEvent) -> str:
    if not event.is_serious:
        said = _("{participant}, event {number}: no longer a serious adverse event")
    elif SafetyAlert.objects.filter(record=alert.record_id, version__lt=alert.version).exists():
        said = _("{participant}, event {number}: serious adverse event, changed")
    else:
        said = _("{participant}, event {number}: serious adverse event")
    return said.format(participant=event.participant.code, number=event.record.repeat)
