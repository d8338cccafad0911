"""What time it is: now, but while the trial is read as of an earlier moment, that one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_MOMENT: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The moment that is read: what is due, overdue or in its window follows from it."""
    return _MOMENT.get() or timezone.now()


@contextmanager
def turned_to(moment: datetime | None) -> Iterator[None]:
    """Read as at a moment; without one, as at the moment that is read already."""
    token = _MOMENT.set(moment or _MOMENT.get())
    try:
        yield
    finally:
        _MOMENT.reset(token)
