"""How the verification reads: one snapshot, plain rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

AT_ONCE = "set transaction isolation level repeatable read read only"


@contextmanager
def at_once(using: str) -> Iterator[None]:
    """A transaction that reads one snapshot and writes nothing; inside somebody's transaction, theirs."""
    outermost = not connections[using].in_atomic_block
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if outermost:
            cursor.execute(AT_ONCE)
        cursor.execute("set local time zone 'UTC'")
        yield


def rows(statement: str, values: Any = None, using: str = "default") -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
