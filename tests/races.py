"""Several people at once, each in a transaction of their own. Only for tests that really commit."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from trial.refusals import Refusal


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or was refused with, begun together."""
    told: list[Any] = [None] * len(acts)
    together = threading.Barrier(len(acts))

    def work(place: int, act: Callable[[], Any]) -> None:
        try:
            together.wait(10)
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
