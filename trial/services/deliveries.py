"""Sending the messages that wait: at least once each, until it arrives or two days have passed."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from trial.concealment import WEBHOOK, InvalidToken, reveal
from trial.messenger import address, signature
from trial.messenger.post import Outcome, post
from trial.models import Delivery, Webhook
from trial.models.delivery import (
    ADDRESS_REFUSED,
    CUT_OFF,
    DELIVERED,
    GIVEN_UP,
    SECRET_UNREADABLE,
    WAITING,
)
from trial.refusals import Refusal

# After the first attempt, the second, ...: nine attempts in not quite two days.
PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
# Whatever waits so long behind others at a receiver that is down is given up with its next failure.
LONGEST = timedelta(days=2)
# A receiver that failed is left alone for a while, also by its other messages: it must not take the
# worker's time.
REST = timedelta(seconds=30)
# An attempt that says nothing for so long was cut off.
LEASE = timedelta(seconds=60)
# In one sweep.
MOST = 500


def due() -> list[int]:
    """The keys of the messages that may be sent now, the oldest first."""
    return list(_due(timezone.now()).order_by("next_try_at", "pk").values_list("pk", flat=True)[:MOST])


def deliver(*, delivery: int) -> Delivery | None:
    """Send a message, and note how it went; None when it is not due or somebody else sends it just now.

    No transaction is open meanwhile. What the receiver got and we could not note is sent again: the number
    of the message tells that it is the same.
    """
    held = _claim(delivery)
    if held is not None:
        _note(held, _outcome(held))
    return held


def _due(now: datetime) -> QuerySet[Delivery]:
    failed = Delivery.objects.filter(webhook=OuterRef("webhook"), tried_at__gt=now - REST)
    failing = failed.exclude(problem__in=("", CUT_OFF))
    waiting = Delivery.objects.filter(state=WAITING, next_try_at__lte=now, webhook__off_since=None)
    return waiting.exclude(Exists(failing))


def _claim(key: int) -> Delivery | None:
    """The message, if this is who sends it: of two who try at once, one gets it."""
    now = timezone.now()
    held = _due(now).select_related("webhook").filter(pk=key).first()
    if held is None:
        return None
    unmoved = Delivery.objects.filter(pk=key, state=WAITING, next_try_at=held.next_try_at)
    claimed = unmoved.update(
        attempts=F("attempts") + 1, tried_at=now, next_try_at=now + LEASE, status=None, problem=CUT_OFF
    )
    if not claimed:
        return None
    held.attempts, held.tried_at = held.attempts + 1, now
    return held


def _outcome(held: Delivery) -> Outcome:
    webhook, body, now = held.webhook, held.body.encode(), timezone.now()
    try:
        target = address.read(webhook.address)
        headers = signature.headers(str(held.message), now, body, _secrets(webhook, now))
    except Refusal:
        return Outcome(None, ADDRESS_REFUSED)
    except InvalidToken:
        return Outcome(None, SECRET_UNREADABLE)
    return post(target, body, headers)


def _secrets(webhook: Webhook, now: datetime) -> list[str]:
    former = [webhook.former_secret] if webhook.former_signs(now) else []
    return [reveal(sealed, WEBHOOK) for sealed in (webhook.secret, *former)]


def _note(held: Delivery, outcome: Outcome) -> None:
    held.status, held.problem = outcome.status, outcome.problem
    held.next_try_at = _next_try(held) if outcome.problem else None
    held.state = DELIVERED if not outcome.problem else WAITING if held.next_try_at else GIVEN_UP
    # Nobody asked for it anew meanwhile, and no other attempt has begun.
    same = Delivery.objects.filter(pk=held.pk, attempts=held.attempts, tried_at=held.tried_at)
    same.update(status=held.status, problem=held.problem, next_try_at=held.next_try_at, state=held.state)


def _next_try(held: Delivery) -> datetime | None:
    now = timezone.now()
    if held.attempts > len(PAUSES) or now - held.asked_at > LONGEST:
        return None
    return now + PAUSES[held.attempts - 1]
