"""Positions: an exact "as of", as a snapshot of PostgreSQL within an epoch."""

import re
from dataclasses import dataclass

from django.db import connection

CURRENT = "select coalesce((select max(id) from trial_epoch), 0), pg_current_snapshot()::text"
# What no snapshot has more digits than: transactions have numbers of 64 bits.
WRITTEN = re.compile(r"(\d{1,9})/(\d{1,18}:\d{1,18}:(?:\d{1,18}(?:,\d{1,18})*)?)", re.ASCII)


@dataclass(frozen=True)
class Position:
    """An event belongs to a position when its epoch is earlier, or its transaction is visible in it."""

    epoch: int
    snapshot: str

    def __str__(self) -> str:
        return f"{self.epoch}/{self.snapshot}"


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


def current() -> Position:
    """The position of the statement now, or of the open repeatable-read transaction."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT)
        epoch, snapshot = cursor.fetchone()
    return Position(epoch, snapshot)
