"""Counting what may be asked for so often and no more, in the database: all processes count together."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from trial.models import Tally

SPAN = timedelta(hours=1)
COUNT = """
insert into trial_tally as held (key, begun_at, number) values (%(key)s, %(now)s, 1)
on conflict (key) do update set
    begun_at = case when held.begun_at <= %(past)s then excluded.begun_at else held.begun_at end,
    number = case when held.begun_at <= %(past)s then 1 else held.number + 1 end
returning number
"""


def within(what: str, whose: str, most: int) -> bool:
    """Count once more; whether it is at most the `most`-th time in an hour. Of whose only a hash is kept."""
    now = timezone.now()
    key = f"{what} {salted_hmac('trial.services.tallies', whose).hexdigest()}"
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "now": now, "past": now - SPAN})
        return bool(cursor.fetchone()[0] <= most)


def clear() -> None:
    """Delete what counts no more."""
    Tally.objects.filter(begun_at__lte=timezone.now() - SPAN).delete()
