"""The sessions of browsers: they know whose they are, and end by themselves when nobody does anything.

A session of a person lasts for the idle time from the last act, and never longer than SESSION_COOKIE_AGE
from signing in. What it lasts is written at most once in SESSION_RENEWAL, as one statement.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from trial import browsers
from trial.client_address import client_address
from trial.models import Session

BEGUN, AGENT, ADDRESS = "begun", "agent", "address"


class SessionStore(DatabaseStore):
    """Django's, with the columns of ours beside its data."""

    # When the person did something last, as read with the session; None before.
    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.seen_at = row.seen_at if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        if SESSION_KEY in data:
            self.seen_at = self.seen_at or timezone.now()
            row.user_id = int(data[SESSION_KEY])
            row.created_at, row.seen_at, row.expire_date = _begun(data), self.seen_at, self._end(data)
            row.agent, row.address = data.get(AGENT, ""), data.get(ADDRESS)
        return row

    @property
    def is_signed_in(self) -> bool:
        return SESSION_KEY in self

    @property
    def begun(self) -> datetime:
        """When the person of a session has signed in."""
        return _begun(self._get_session())  # type: ignore[attr-defined]

    @property
    def ends_at(self) -> datetime:
        """When a session of a person ends if nobody does anything."""
        return self._end(self._get_session())  # type: ignore[attr-defined]

    @property
    def last_end(self) -> datetime:
        """When a session of a person ends, whatever anybody does."""
        return _last_end(self._get_session())  # type: ignore[attr-defined]

    def renew(self) -> None:
        """Begin the idle time anew, if it was not begun just now."""
        now = timezone.now()
        if not self.is_signed_in or now - (self.seen_at or now) < settings.SESSION_RENEWAL:
            return
        self.seen_at = now
        Session.objects.filter(pk=self.session_key).update(seen_at=now, expire_date=self.ends_at)

    def _end(self, data: dict[str, Any]) -> datetime:
        idle_since = self.seen_at or timezone.now()
        return min(idle_since + settings.SESSION_IDLE, _last_end(data))


def _begun(data: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(data[BEGUN], UTC) if BEGUN in data else timezone.now()


def _last_end(data: dict[str, Any]) -> datetime:
    return _begun(data) + timedelta(seconds=settings.SESSION_COOKIE_AGE)


@receiver(user_logged_in)
def note_where(request: HttpRequest, **_: Any) -> None:
    """Note in a session when, where and with what its person has signed in."""
    request.session[BEGUN] = timezone.now().timestamp()
    request.session[AGENT] = browsers.named(request.headers.get("User-Agent", ""))
    request.session[ADDRESS] = client_address(request)
