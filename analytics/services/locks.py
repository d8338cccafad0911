"""One at a time: session advisory locks of PostgreSQL, by name."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

TAKE = "select pg_advisory_lock(hashtextextended(%s, 0))"
RELEASE = "select pg_advisory_unlock(hashtextextended(%s, 0))"
TRY = """
select case
    when pg_try_advisory_lock(hashtextextended(%s, 0)) then pg_advisory_unlock(hashtextextended(%s, 0))
    else false
end
"""


@contextmanager
def held(name: str, *, wait: str) -> Iterator[None]:
    """Hold the lock; wait for it as long as `wait` ("60s") and then raise OperationalError.

    It belongs to the session and outlives the transaction that takes it, so what follows may begin
    a transaction whose snapshot is younger than the lock. Refused inside a transaction.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [wait])
        cursor.execute(TAKE, [name])
    try:
        yield
    except BaseException:
        # Whatever state the session is in: its end is the end of the lock.
        connection.close()
        raise
    _run(RELEASE, [name])


def is_free(name: str) -> bool:
    """Whether nobody holds the lock at this moment."""
    return _run(TRY, [name, name])


def _run(sql: str, parameters: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        answer: bool = cursor.fetchone()[0]
    return answer
