"""Reading the trial as it was: every reader of its tables sees them as of a position or a seal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from trial import clock
from trial.audit import past_views
from trial.audit.positions import Position
from trial.models import Seal

# Nothing is known of the size of a view: the planner would take it for small, and go through it again for
# each row of another. So rows are brought together by hashing, and compiling such statements costs more than
# it saves.
ENTER: Final = """
select set_config('search_path', 'as_of, public, pg_temp', true),
       set_config('fascicle.as_of_epoch', %s, true), set_config('fascicle.as_of_snapshot', %s, true),
       set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true),
       set_config('transaction_read_only', 'on', true),
       obj_description(to_regnamespace('as_of'), 'pg_namespace')
"""


class PastNotReadable(RuntimeError):
    """The views of the schema as_of are not those of this version. Run `manage.py migrate`."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@contextmanager
def as_of(at: Seal | Position) -> Iterator[Position]:
    """Open a transaction in which the tables of the trial, and the audit, are as they were.

    Accounts, roles and what is in no audit (drafts, runs) are those of today: ask for rights before. The
    clock stands at the seal; of a position no time is known, and it goes on. Writes are refused by the
    database. What is read must be evaluated inside. One statement.
    """
    position = position_of(at)
    with clock.turned_to(_moment(at)), _views_have_no_keys(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ENTER, parameters(position))
            check(cursor.fetchone())
        yield position
        # Inside another transaction, too, the settings end here.
        transaction.set_rollback(True)


@contextmanager
def _views_have_no_keys() -> Iterator[None]:
    """Django groups by the key of a table alone; of a view PostgreSQL does not know what follows from it."""
    features = connection.features
    grouped_by_key = features.allows_group_by_selected_pks
    features.allows_group_by_selected_pks = False
    try:
        yield
    finally:
        features.allows_group_by_selected_pks = grouped_by_key


def position_of(at: Seal | Position) -> Position:
    """The position of a seal: every transaction before its end was over, and none after it is in it."""
    if isinstance(at, Position):
        return at
    return Position(at.epoch, f"{at.to_xact}:{at.to_xact}:")


def parameters(position: Position) -> list[str]:
    """Those of ENTER."""
    return [str(position.epoch), position.snapshot]


def check(entered: tuple[object, ...] | None) -> None:
    """Raise PastNotReadable unless the row that ENTER gave says that the views are there: without them
    a bare name would mean the table of today."""
    if not entered or entered[-1] != past_views.digest():
        raise PastNotReadable


def _moment(at: Seal | Position) -> datetime | None:
    return at.sealed_at if isinstance(at, Seal) else None
