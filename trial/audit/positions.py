"""Positions: an exact "as of", as a snapshot of PostgreSQL within an epoch."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

CURRENT = "select coalesce((select max(id) from trial_epoch), 0), pg_current_snapshot()::text"
LAST_MOMENT = """
select at from trial_event
where epoch < %(epoch)s or epoch = %(epoch)s and xact < pg_snapshot_xmax(%(snapshot)s::pg_snapshot)
    and pg_visible_in_snapshot(xact, %(snapshot)s::pg_snapshot)
order by epoch desc, xact desc, id desc limit 1
"""
# What no snapshot has more digits than: transactions have numbers of 64 bits.
WRITTEN = re.compile(r"(\d{1,9})/(\d{1,18}:\d{1,18}:(?:\d{1,18}(?:,\d{1,18})*)?)", re.ASCII)


@dataclass(frozen=True)
class Position:
    """An event belongs to a position when its epoch is earlier, or its transaction is visible in it."""

    epoch: int
    snapshot: str

    def __str__(self) -> str:
        return f"{self.epoch}/{self.snapshot}"

    @property
    def end(self) -> int:
        """The first transaction after it."""
        return int(self.snapshot.split(":")[1])

    @property
    def running(self) -> frozenset[int]:
        """The transactions before its end that were not over."""
        return frozenset(map(int, filter(None, self.snapshot.split(":")[2].split(","))))


def parsed(text: str) -> Position | None:
    """The position that is written so; None when nothing is."""
    match = WRITTEN.fullmatch(text)
    return Position(int(match[1]), match[2]) if match and _is_snapshot(match[2]) else None


def _is_snapshot(text: str) -> bool:
    """Whether PostgreSQL would read it: what was open lies, in order, between the two ends."""
    first, end, listed = text.split(":")
    low, high, last = int(first), int(end), 0
    for each in map(int, filter(None, listed.split(","))):
        if not low <= each < high or each < last:
            return False
        last = each
    return 0 < low <= high


def is_settled(position: Position) -> bool:
    """Whether nothing can come into it any more: it lies in the past, and all that it shows is over."""
    now = current()
    if position.epoch != now.epoch:
        return position.epoch < now.epoch
    shown = {each for each in now.running if each < position.end} - position.running
    return position.end <= now.end and not shown


def last_moment(position: Position) -> datetime | None:
    """When its last event happened; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_MOMENT, {"epoch": position.epoch, "snapshot": position.snapshot})
        found = cursor.fetchone()
    return found[0] if found else None


def current() -> Position:
    """The position of the statement now, or of the open repeatable-read transaction."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT)
        epoch, snapshot = cursor.fetchone()
    return Position(epoch, snapshot)
