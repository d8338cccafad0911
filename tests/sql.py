"""Raw SQL as the app role, or as the owner: the path that no service guards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction


def run(statement: str, values: Sequence[Any] = (), *, using: str = "default") -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values or None)


def value(statement: str, values: Sequence[Any] = (), *, using: str = "default") -> Any:
    """The first column of the first row."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values or None)
        row = cursor.fetchone()
    return row[0] if row else None


def rows(statement: str, values: Sequence[Any] = (), *, using: str = "default") -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


@contextmanager
def refused(words: str, *, using: str = "default") -> Iterator[None]:
    """What stands inside is refused by the database with these words; the transaction goes on."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic(using=using):
        yield


def actor(user_id: int | None, reason: str = "") -> None:
    """Say who acts until the transaction ends, as `attributed` does; None for nobody."""
    run(
        "select set_config('fascicle.actor', %s, true), set_config('fascicle.reason', %s, true)",
        ["" if user_id is None else str(user_id), reason],
    )
