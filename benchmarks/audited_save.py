"""What the triggers add to saving a form: the same saves in turns with all of them, with the audit alone, and
with none.

One process calls the service that every route calls; the database is durable. What else the machine does hits
all of a round. The goal is for all of ours: events, reasons, locks, what was vouched for, and the rules that
keep data consistent.
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

ROUNDS = 300
WARM_UP = 30
GOAL = 1.5
ALL, AUDIT, NONE = "all triggers", "the audit alone", "none"

# Every trigger of ours calls a function of ours.
SWITCH = """
select format('alter table %%I %%s trigger %%I', c.relname,
              case when t.tgname = any(%s) then 'enable' else 'disable' end, t.tgname)
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and p.proname like 'fascicle%%'
"""
NAMES = """
select distinct t.tgname::text from pg_trigger t join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal and p.proname like 'fascicle%'
"""


def main() -> None:
    report.heading(f"Saving a form with all triggers, with the audit alone and with none, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory(prefix="fascicle-bench-") as name:
        folder = DataFolder(Path(name) / "data")
        with serving(folder):
            switches = {ALL: _names(), AUDIT: ["audit"], NONE: []}
            for form, save in _savers().items():
                _measure(form, save, switches)


def _measure(name: str, save: Callable[[], Any], switches: dict[str, list[str]]) -> None:
    times: dict[str, list[float]] = {kind: [] for kind in switches}
    order = list(switches)
    for turn in range(WARM_UP + ROUNDS):
        for kind in order:
            _switch(switches[kind])
            save()  # the first one after the switch plans its statements anew
            begin = time.perf_counter()
            save()
            if turn >= WARM_UP:
                times[kind].append(time.perf_counter() - begin)
        order = [*order[1:], order[0]]
    each = ", ".join(f"{median(found) * 1000:.1f} ms with {kind}" for kind, found in times.items())
    print(f"  {name}: {each}")
    print(
        f"    paired ratio to none: {_ratio(times, ALL):.2f} with all (goal {GOAL:g}), "
        f"{_ratio(times, AUDIT):.2f} with the audit alone"
    )


def _ratio(times: dict[str, list[float]], kind: str) -> float:
    return median(a / b for a, b in zip(times[kind], times[NONE], strict=True))


def _names() -> list[str]:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(NAMES)
        return [name for (name,) in cursor.fetchall()]


def _switch(on: list[str]) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(SWITCH, [on])
        cursor.execute("; ".join(statement for (statement,) in cursor.fetchall()))


def _savers() -> dict[str, Callable[[], Any]]:
    """For each form, a save of the same record with other values every time."""
    from tests import answers, journey
    from tests.cast import gather

    cast = gather()
    participant = journey.with_outcomes(cast)
    day, values = journey.day_of(participant, "INJ"), count()

    def pain(value: int) -> tuple[str, str, Any]:
        return "BL", "pain", answers.pain(3 + value % 7)

    def injection(value: int) -> tuple[str, str, Any]:
        return "INJ", "injection", answers.injection(day, left={"passes": 1 + value % 9})

    def saver(form: Callable[[int], tuple[str, str, Any]]) -> Callable[[], Any]:
        versions = count(1)
        return lambda: journey.save(
            cast.investigator, participant, *form(next(values)), next(versions), reason="benchmark"
        )

    return {"pain": saver(pain), "injection": saver(injection)}


if __name__ == "__main__":
    main()
