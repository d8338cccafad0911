"""What the full audit adds to saving a form: the same saves in turns with its triggers on and off.

One process calls the service that every route calls; the database is durable. What else the machine does hits
both of a pair. Off are the trigger that writes events and those that ask for a reason and break what was
vouched for; the rules that keep data consistent stay.
"""

import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import report
from benchmarks.database import serving
from config.embedded.folder import DataFolder

PAIRS = 300
WARM_UP = 30
GOAL = 1.5
AUDIT = ("audit", "reason", "mark_changed")

SWITCH = """
select format('alter table %%I %%s trigger %%I', c.relname, %s::text, t.tgname)
from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = 'public'::regnamespace and t.tgname = any(%s)
"""


def main() -> None:
    report.heading(f"Saving a form with the full audit against without, {PAIRS} pairs in turns")
    with tempfile.TemporaryDirectory(prefix="fascicle-bench-") as name:
        folder = DataFolder(Path(name) / "data")
        with serving(folder):
            for form, save in _savers().items():
                _measure(form, save)


def _measure(name: str, save: Callable[[], Any]) -> None:
    times: dict[bool, list[float]] = {True: [], False: []}
    for pair in range(WARM_UP + PAIRS):
        for audited in (pair % 2 == 0, pair % 2 == 1):
            _switch(audited)
            save()  # the first one after the switch plans its statements anew
            begin = time.perf_counter()
            save()
            if pair >= WARM_UP:
                times[audited].append(time.perf_counter() - begin)
    on, off = (median(times[audited]) * 1000 for audited in (True, False))
    ratio = median(a / b for a, b in zip(times[True], times[False], strict=True))
    print(f"  {name}: {on:.1f} ms with, {off:.1f} ms without; paired ratio {ratio:.2f}, goal {GOAL:g}")


def _switch(on: bool) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(SWITCH, ["enable" if on else "disable", list(AUDIT)])
        cursor.execute("; ".join(statement for (statement,) in cursor.fetchall()))


def _savers() -> dict[str, Callable[[], Any]]:
    """For each form, a save of the same record with other values every time."""
    from tests import answers, journey
    from tests.cast import gather

    cast = gather()
    participant = journey.with_outcomes(cast)
    day, values = journey.day_of(participant, "INJ"), count()

    def pain(value: int) -> Any:
        return "BL", "pain", answers.pain(3 + value % 7)

    def injection(value: int) -> Any:
        return "INJ", "injection", answers.injection(day, left={"passes": 1 + value % 9})

    def saver(form: Callable[[int], Any]) -> Callable[[], Any]:
        versions = count(1)
        return lambda: journey.save(
            cast.investigator, participant, *form(next(values)), next(versions), reason="benchmark"
        )

    return {"pain": saver(pain), "injection": saver(injection)}


if __name__ == "__main__":
    main()
