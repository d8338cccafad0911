"""Who has typed the right password and owes the second factor: nobody is signed in by that.

It is kept in the session for some minutes, with where the person wanted to go.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from trial.authentication import AccountBackend
from trial.models import User

KEPT = timedelta(minutes=10)
FIRST_STEP = "first_step"


@dataclass(frozen=True)
class FirstStep:
    user: User
    leads_to: str


def begin(request: HttpRequest, user: User, leads_to: str) -> None:
    request.session[FIRST_STEP] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "leads_to": leads_to,
    }


def of(request: HttpRequest) -> FirstStep | None:
    """None when there is none, when it is too old, or the password has changed since."""
    kept: dict[str, Any] | None = request.session.get(FIRST_STEP)
    if kept is None or timezone.now().timestamp() - kept["at"] > KEPT.total_seconds():
        return None
    user = AccountBackend().get_user(kept["user"])
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return FirstStep(user, kept["leads_to"])


def end(request: HttpRequest) -> None:
    request.session.pop(FIRST_STEP, None)
