"""One task at a time works on an import, and a task whose worker was killed makes room at once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.db import Error, connection

# Held by the session of the database, so it ends with the worker, however that ends.
TAKE: Final = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
RELEASE: Final = "select pg_advisory_unlock(hashtextextended(%s, 0))"


@contextmanager
def taken(number: int) -> Iterator[bool]:
    """Whether it is our turn to work on an import: nobody else does until we are done."""
    name = f"import {number}"
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [name])
        ours: bool = cursor.fetchone()[0]
    try:
        yield ours
    finally:
        # A session that is broken holds nothing any more.
        with suppress(Error):
            if ours:
                with connection.cursor() as cursor:
                    cursor.execute(RELEASE, [name])
