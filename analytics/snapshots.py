"""Transactions in which everything is read as of one position."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from trial.audit import positions
from trial.audit.positions import Position


@contextmanager
def frozen() -> Iterator[Position]:
    """Open a transaction that sees one moment, whose position it gives, and no change of its own in it.

    Refused inside a transaction.
    """
    with transaction.atomic(durable=True):
        _freeze()
        yield positions.current()


def _freeze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        cursor.execute("select pg_current_xact_id_if_assigned() is null")
        if not cursor.fetchone()[0]:
            raise RuntimeError(
                "The transaction has written already: its position would lack its own changes."
            )
