"""Answers that are given once more: who repeats a call of the API with its key acts once.

What is kept is written in the transaction of the act itself: there is no moment at which one stands without
the other, whatever dies. Until that transaction ends its lock says that the call is under way.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from trial.access import held
from trial.models import IdempotencyKey, User
from trial.refusals import Refusal

KEPT = timedelta(hours=24)
LONGEST = 255
LOCK = "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True)
class Call:
    """One call: by whom and which program of theirs (`caller`), its key, and what is asked for (`digest`)."""

    by: User
    caller: str
    key: str
    digest: str

    @property
    def place(self) -> dict[str, Any]:
        return {"user": self.by, "caller": self.caller, "key": self.key}


@dataclass(frozen=True)
class Answer:
    """What was answered, as it was sent."""

    status: int
    headers: dict[str, str]
    body: str


def check(key: str) -> str:
    """The key, if it is one."""
    if not 1 <= len(key) <= LONGEST or not all("!" <= character <= "~" for character in key):
        raise Refusal("key_malformed", most=LONGEST)
    return key


def begin(call: Call) -> Answer | None:
    """Hold the key until the transaction ends; the answer, if the call was made before.

    Part of a caller's transaction, in which the act follows. Refused: a key that is under way, that came with
    another call, or whose answer was for somebody with a role that has ended since.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"fascicle.idempotency {call.by.pk} {call.caller} {call.key}"])
        if not cursor.fetchone()[0]:
            raise Refusal("key_running")
    # Only now: what is read before the lock may lack what its last holder has written.
    kept = IdempotencyKey.objects.filter(**call.place, kept_at__gt=timezone.now() - KEPT).first()
    if kept is None:
        return None
    if kept.digest != call.digest:
        raise Refusal("key_reused")
    if not set(kept.roles) <= set(_roles(call.by)):
        raise Refusal("key_rights")
    return Answer(kept.status, kept.headers, kept.body)


def keep(call: Call, answer: Answer) -> None:
    """Keep what was answered, in the transaction that acted. A key that has run out begins anew."""
    IdempotencyKey.objects.update_or_create(
        **call.place,
        defaults={
            "digest": call.digest,
            "roles": _roles(call.by),
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body,
            "kept_at": timezone.now(),
        },
    )


def clear() -> None:
    """Delete the answers that are not given any more."""
    IdempotencyKey.objects.filter(kept_at__lte=timezone.now() - KEPT).delete()


def _roles(user: User) -> list[str]:
    return sorted(f"{each.site.code} {each.role.value}" for each in held(user))
