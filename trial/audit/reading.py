from collections.abc import Iterator
from contextlib import contextmanager

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
