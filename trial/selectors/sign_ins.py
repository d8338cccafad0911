"""Reads of who signed in, or tried to: django-axes keeps the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessFailureLog, AccessLog

from trial import browsers
from trial.models import User

MOST = 20
# How far apart a session and the line of the log about it may have begun.
SAME = timedelta(seconds=5)


@dataclass(frozen=True)
class SignIn:
    """One attempt in somebody's name, from where and with what."""

    at: datetime
    address: str
    agent: str
    succeeded: bool

    @property
    def browser(self) -> str:
        return browsers.shown(browsers.named(self.agent))


def own(user: User) -> list[SignIn]:
    """The last attempts in a person's name, the newest first: MOST that succeeded, MOST that failed."""
    found = [*_read(AccessLog, user, True), *_read(AccessFailureLog, user, False)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def before(sign_ins: Iterable[SignIn], begun: datetime) -> SignIn | None:
    """The last sign-in beside the one that began a session; None when there was no other."""
    others = (each for each in sign_ins if each.succeeded and abs(each.at - begun) > SAME)
    return next(others, None)


def _read(log: type[AccessLog | AccessFailureLog], user: User, succeeded: bool) -> list[SignIn]:
    rows = log.objects.filter(username=user.username).order_by("-attempt_time")[:MOST]
    return [SignIn(row.attempt_time, row.ip_address or "", row.user_agent, succeeded) for row in rows]
