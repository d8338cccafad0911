"""Challenges to passkeys and security keys: each for one person and purpose, answered soon and once."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from trial.models import Challenge, User
from trial.models.challenge import Purpose

AGE = timedelta(minutes=5)


def keep(*, user: User, purpose: Purpose, state: Any) -> int:
    """Keep what an answer is checked with; the number under which it is taken."""
    return Challenge.objects.create(user=user, purpose=purpose.value, state=state).pk


def take(*, user: User, purpose: Purpose, number: int) -> Any:
    """What was kept, this once; None when it was for somebody or something else, is too old, or was taken.

    Of two who come at once the database lets one delete the row.
    """
    young = timezone.now() - AGE
    found = Challenge.objects.filter(pk=number, user=user, purpose=purpose.value, created_at__gt=young)
    state = found.values_list("state", flat=True).first()
    deleted, _ = found.delete()
    return state if deleted else None


def clear() -> None:
    """Delete those that nobody answered in time."""
    Challenge.objects.filter(created_at__lte=timezone.now() - AGE).delete()
