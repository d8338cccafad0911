"""How often somebody may ask the API: a budget of each person, whatever tokens and sessions are used.

All web processes count together, in Valkey: two commands in one round trip, where the database would have to
write a row that every other call of the person waits for. The budget begins anew when its minute is over. The
rate is far above what a person or a nightly program needs, and far below what it takes to hold up others; so
while Valkey cannot be reached nobody is counted, and no call waits for it.
"""

import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from trial.models import User

logger = logging.getLogger(__name__)

# A local Valkey answers within a millisecond.
PATIENCE = 0.25
# For so long it is not asked again after it did not answer.
PAUSE = 5.0


@dataclass(frozen=True)
class Budget:
    """What a person may ask in a while: how much, how much is left, and in how many seconds it is new."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class PersonThrottle(SimpleRateThrottle):
    """Counts each call of somebody who is signed in, and leaves the budget at the request."""

    scope = "person"
    num_requests: int
    duration: int

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, User):
            return True
        span, gone = divmod(int(time.time()), self.duration)
        counted = _count(f"fascicle:api:{request.user.pk}:{self.duration}:{span}", self.duration)
        if counted is None:
            return True
        self.reset = self.duration - gone
        left = max(0, self.num_requests - counted)
        request._request.budget = Budget(self.num_requests, left, self.reset)  # type: ignore[attr-defined]
        return counted <= self.num_requests

    def wait(self) -> float:
        return float(self.reset)


class _Line:
    """The connections of this process to Valkey, and until when they are not tried."""

    def __init__(self, address: str) -> None:
        self.client, self.silent_until = _client(address), 0.0

    def count(self, key: str, span: int) -> int | None:
        if time.monotonic() < self.silent_until:
            return None
        try:
            with self.client.pipeline(transaction=False) as asked:
                asked.incr(key)
                asked.expire(key, span)
                counted, _ = asked.execute()
        except redis.RedisError as error:
            self.silent_until = time.monotonic() + PAUSE
            logger.warning("Calls of the API are not counted: %s", type(error).__name__)
            return None
        return int(counted)


def _count(key: str, span: int) -> int | None:
    """How often this was counted, this time too; None when nobody counts."""
    return _line(settings.CELERY_BROKER_URL).count(key, span)


@cache
def _line(address: str) -> _Line:
    return _Line(address)


def _client(address: str) -> redis.Redis:
    patience: dict[str, Any] = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    parts = urlsplit(address)
    if parts.scheme == "redis+socket":
        return redis.Redis(unix_socket_path=unquote(parts.path), password=parts.password, **patience)
    return redis.Redis.from_url(address, **patience)
