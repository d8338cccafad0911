"""Several people at once, each in a transaction of their own. Only for tests that really commit."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from trial.refusals import Refusal

LONGEST = 10


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or was refused with, begun together."""
    told: list[Any] = [None] * len(acts)
    together = threading.Barrier(len(acts))

    def work(place: int, act: Callable[[], Any]) -> None:
        try:
            together.wait(LONGEST)
            told[place] = act()
        except Refusal as refusal:
            told[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@contextmanager
def open_transaction(act: Callable[[], Any]) -> Iterator[Callable[[], None]]:
    """Another transaction in which `act` was done and which is not committed; the value commits it.

    It ends with the block. What `act` raises is raised here.
    """
    done, end = threading.Event(), threading.Event()
    raised: list[BaseException] = []

    def work() -> None:
        try:
            with transaction.atomic():
                act()
                done.set()
                end.wait(LONGEST)
        except BaseException as error:  # of another thread: told to this one
            raised.append(error)
        finally:
            done.set()
            connection.close()

    def commit() -> None:
        end.set()
        thread.join(LONGEST)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert done.wait(LONGEST)
        if raised:
            raise raised[0]
        yield commit
    finally:
        commit()


def begun(act: Callable[[], Any]) -> Callable[[float], Any]:
    """Begin an act in a thread of its own; the value waits so many seconds for what it returned or was
    refused with, and says None while it is under way."""
    told: list[Any] = []

    def work() -> None:
        try:
            told.append(act())
        except Refusal as refusal:
            told.append(refusal)
        finally:
            connection.close()

    def wait(seconds: float) -> Any:
        thread.join(seconds)
        return told[0] if told else None

    thread = threading.Thread(target=work)
    thread.start()
    return wait
