"""Synthetic outcomes of 26 participants, read from `pilot26.csv`, and dates relative to today.

The file was simulated (its generator stands beside the reference results in `tests/reference`);
its gaps are visits that did not happen. Dates are made so that exactly one gap is due today, and one visit
lies outside its window.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

VISIT_OF_WEEK = {"0": "BL", "1": "W1", "2": "W2", "12": "W12"}
OFFSET = {"W1": 7, "W2": 14, "W12": 84}
DUE_TODAY = "P11"
# Who came to week 12 two days after its window.
LATE, LATE_BY = ("P20", "W12"), 9
LAST_WEEK = 84


@dataclass(frozen=True)
class Outcome:
    """The values of one visit: pain 0-10, flexion in degrees, disability in percent (None: not done)."""

    visit: str
    pain: int
    flexion: int
    disability: int | None


@dataclass(frozen=True)
class Person:
    """One synthetic participant with the visits that took place."""

    name: str
    number: int
    age: int
    sex: str
    outcomes: tuple[Outcome, ...]

    def injected_on(self, today: date) -> date:
        """Long enough ago for week 12 to be over, but today's visit for the one who is due."""
        if self.name == DUE_TODAY:
            return today - timedelta(days=LAST_WEEK)
        return today - timedelta(days=LAST_WEEK + 9 + 6 * (26 - self.number))

    def day_of(self, visit: str, today: date) -> date:
        """The date of a visit: on target or a day beside it; one is late."""
        injected = self.injected_on(today)
        if visit == "SCR":
            return injected - timedelta(days=14 + self.number % 10)
        if visit == "BL":
            return injected - timedelta(days=1 + self.number % 5)
        return injected + timedelta(days=OFFSET.get(visit, 0) + self._jitter(visit))

    def _jitter(self, visit: str) -> int:
        if (self.name, visit) == LATE:
            return LATE_BY
        return (self.number + len(visit)) % 3 - 1 if visit in OFFSET else 0


def people() -> Iterator[Person]:
    """The 26 participants in the order of the file."""
    with (Path(__file__).parent / "pilot26.csv").open(newline="") as file:
        for name, group in groupby(csv.DictReader(file), key=lambda row: row["id"]):
            rows = list(group)
            outcomes = tuple(_outcome(row) for row in rows if row["nrs"])
            number = int(name.removeprefix("P"))
            yield Person(name, number, int(rows[0]["age"]), rows[0]["sex"], outcomes)


def _outcome(row: dict[str, str]) -> Outcome:
    disability = int(row["odi"]) if row["odi"] else None
    return Outcome(VISIT_OF_WEEK[row["week"]], int(row["nrs"]), int(row["rom"]), disability)
