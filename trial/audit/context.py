"""Who acts, why, and by which route: what the audit trigger writes beside each change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import DataError, IntegrityError, connection, transaction

from trial import typed_text
from trial.database_refusals import translate
from trial.refusals import Refusal

if TYPE_CHECKING:
    from trial.models import User


class CommandLine:
    """The actor of a management command: whoever has the server's shell."""

    pk: Final = 0
    full_name: Final = "Command line"


COMMAND_LINE = CommandLine()


class System:
    """The actor of what the product does by itself, after what people did: nobody asked for it in person."""

    pk: Final = -1
    full_name: Final = "Fascicle"


SYSTEM = System()


@dataclass(frozen=True)
class Origin:
    """Where an act comes from: a screen, the API, a command, a task."""

    route: str
    request_id: str = ""


FROM_COMMAND = Origin("command")
LONGEST_REASON = 300
ORIGIN: ContextVar[Origin] = ContextVar("origin", default=FROM_COMMAND)

SET = """
select set_config('fascicle.actor', %s, true), set_config('fascicle.reason', %s, true),
       set_config('fascicle.route', %s, true), set_config('fascicle.request_id', %s, true)
"""


@contextmanager
def attributed(*, by: User | CommandLine | System, reason: str = "") -> Iterator[None]:
    """Open a transaction whose changes are recorded as made by somebody, for a reason.

    One statement. The settings end with the transaction. A broken constraint becomes a Refusal, as
    does a reason that cannot be stored.
    """
    _check_reason(reason)
    origin = ORIGIN.get()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(SET, [str(by.pk), reason.strip(), origin.route, origin.request_id])
            yield
    except (IntegrityError, DataError) as error:
        raise translate(error) from error


def _check_reason(reason: str) -> None:
    if problem := typed_text.problem(reason.strip(), LONGEST_REASON):
        raise Refusal("answers", extra={"errors": {"reason": problem}}, count=1)
