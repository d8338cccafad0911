from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def in_own_session(work: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """The work for a thread: on a database session of its own, which ends with it."""

    def done(*arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
        try:
            return work(*arguments, **named)
        finally:
            connection.close()

    return done
