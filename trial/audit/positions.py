"""Positions: an exact "as of", as a snapshot of PostgreSQL within an epoch."""

from dataclasses import dataclass

from django.db import connection

CURRENT = "select coalesce((select max(id) from trial_epoch), 0), pg_current_snapshot()::text"


@dataclass(frozen=True)
class Position:
    """An event belongs to a position when its epoch is earlier, or its transaction is visible in it."""

    epoch: int
    snapshot: str

    def __str__(self) -> str:
        return f"{self.epoch}/{self.snapshot}"


def current() -> Position:
    """The position of the statement now, or of the open repeatable-read transaction."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT)
        epoch, snapshot = cursor.fetchone()
    return Position(epoch, snapshot)
