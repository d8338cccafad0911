"""How far an export has come, told past the snapshot that it reads; only one is written at a time."""

import time
from types import TracebackType
from typing import Any, Self

import psycopg2
from django.db import connection
from psycopg2 import extensions

from analytics.exports.archive import Cancelled
from analytics.models.export import RUNNING
from analytics.services import locks
from trial.audit.positions import Position

EVERY_S = 0.5
# Held by the session: it ends with the worker, however that ends.
NAME = "export"
LOCK = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
BEGIN = """
update analytics_export
set expected = %s, epoch = %s, snapshot = %s, sites = %s::jsonb, shows_arms = %s
where id = %s
"""
TELL = "update analytics_export set written = %s where id = %s and state = %s"


class Busy(Exception):
    """Another export is being written."""


def is_idle() -> bool:
    """Whether no export is being written at this moment."""
    return locks.is_free(NAME)


class Progress:
    """A connection of its own, on which each statement stands for itself. Raises Busy when it is entered."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._told = 0.0

    def __enter__(self) -> Self:
        self._session: extensions.connection = psycopg2.connect(**connection.get_connection_params())
        self._session.autocommit = True
        with self._session.cursor() as cursor:
            cursor.execute(LOCK, [NAME])
            row = cursor.fetchone()
        if not row or not row[0]:
            self._session.close()
            raise Busy
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def begin(self, *, expected: int, position: Position, sites: str, shows_arms: bool) -> None:
        """Say how many rows there will be, and of what; `sites` are the codes in JSON."""
        self._run(BEGIN, expected, position.epoch, position.snapshot, sites, shows_arms, self._number)

    def tell(self, written: int) -> None:
        """Say how many rows are written, twice a second at most. Raises Cancelled."""
        now = time.monotonic()
        if now - self._told < EVERY_S:
            return
        self._told = now
        if not self._run(TELL, written, self._number, RUNNING):
            raise Cancelled

    def _run(self, statement: str, *values: Any) -> int:
        with self._session.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount
