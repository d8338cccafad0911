"""Opioids over time: the oral morphine equivalent of each day, and what changed after the injection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from trial.protocol.drugs import DRUGS, normal
from trial.protocol.partial_date import PartialDate
from trial.protocol.scoring import morphine

NO_EQUIVALENT = Decimal(0)


@dataclass(frozen=True)
class Course:
    """From when until when a drug was taken, as far as its partial dates say. None: it still is."""

    begun: PartialDate
    ended: PartialDate | None

    @classmethod
    def of(cls, answers: Mapping[str, Any]) -> Course:
        """The course of an entry of the log, which says when it began."""
        ended = answers.get("cmendat")
        return cls(PartialDate.parse(answers["cmstdat"]), PartialDate.parse(ended) if ended else None)

    @property
    def surely_from(self) -> date:
        return self.begun.last

    @property
    def surely_until(self) -> date | None:
        return self.ended.first if self.ended else None

    @property
    def first(self) -> date:
        """The earliest day on which it may have been taken."""
        return self.begun.first

    @property
    def last(self) -> date | None:
        """The latest day on which it may have been taken."""
        return self.ended.last if self.ended else None

    def holds(self, day: date) -> bool:
        """Whether it may have been taken on a day, the first and the last included."""
        return self.first <= day and (self.last is None or day <= self.last)

    def surely_holds(self, day: date) -> bool:
        """Whether it was surely taken on a day, the first included, but not the last, when doses change."""
        if self.surely_from == day:
            return True
        return self.surely_from < day and (self.surely_until is None or day < self.surely_until)


@dataclass(frozen=True)
class Opioid:
    """An opioid of the log; `per_day` is None where the table has no factor for it."""

    number: int
    drug: str
    course: Course
    per_day: Decimal | None

    @property
    def name(self) -> str:
        """By which entries of one drug are known, however they were typed."""
        return DRUGS.find(self.drug) or normal(self.drug)


@dataclass(frozen=True)
class Step:
    """The equivalent per day from a day on. `is_whole` says that every opioid taken then is counted."""

    day: date
    per_day: Decimal
    is_whole: bool


@dataclass(frozen=True)
class Opioids:
    """The opioids of a participant against the injection; `raised` are the entries by which more was taken
    after it than on its day: intercurrent events of the analysis."""

    steps: tuple[Step, ...]
    raised: tuple[Opioid, ...]
    injected: date | None
    today: date

    @property
    def most(self) -> Decimal:
        return max((step.per_day for step in self.steps), default=NO_EQUIVALENT)


def of(entries: Iterable[tuple[int, Mapping[str, Any]]], injected: date | None, today: date) -> Opioids:
    """The opioids among entries of the log by number, in Python's types or JSON's. Pure."""
    drugs = [
        Opioid(number, answers.get("cmtrt") or "", Course.of(answers), _decimal(answers.get("cmmme")))
        for number, answers in sorted(entries, key=lambda entry: entry[0])
        if answers.get("cmstdat") and morphine.is_opioid(answers.get("cmtrt"))
    ]
    return Opioids(_steps(drugs, today), _raised(drugs, injected), injected, today)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def on(drugs: Sequence[Opioid], day: date) -> Step:
    """What was taken on a day."""
    taken = _taken(drugs, day)
    counted = [drug.per_day for drug in taken if drug.per_day is not None]
    return Step(day, sum(counted, NO_EQUIVALENT), len(counted) == len(taken))


def _taken(drugs: Sequence[Opioid], day: date) -> list[Opioid]:
    """The entries of a day. On the day on which a dose changes the new one counts, and not both."""
    held = [drug for drug in drugs if drug.course.holds(day)]
    changed = {drug.name for drug in held if drug.course.first == day}
    return [
        drug
        for drug in held
        if drug.course.last != day or drug.course.first == day or drug.name not in changed
    ]


def _steps(drugs: Sequence[Opioid], today: date) -> tuple[Step, ...]:
    """Each day on which the sum changes."""
    begun = {drug.course.first for drug in drugs}
    ended = {drug.course.last + timedelta(days=1) for drug in drugs if drug.course.last is not None}
    found: list[Step] = []
    for step in (on(drugs, day) for day in sorted(begun | ended) if day <= today):
        if not found or (step.per_day, step.is_whole) != (found[-1].per_day, found[-1].is_whole):
            found.append(step)
    return tuple(found)


def _raised(drugs: Sequence[Opioid], injected: date | None) -> tuple[Opioid, ...]:
    """The entries begun after the injection that add an opioid, or with which more of it is taken than on its
    day: all that is surely taken of it by then, against all that may have been taken."""
    if injected is None:
        return ()
    before = _taken(drugs, injected)
    later = (drug for drug in drugs if drug.course.surely_from > injected)
    return tuple(drug for drug in later if _is_more(drug, drugs, before))


def _is_more(drug: Opioid, drugs: Sequence[Opioid], before: Sequence[Opioid]) -> bool:
    same = [each for each in before if each.name == drug.name]
    if not same or drug.per_day is None:
        return not same
    begun = drug.course.surely_from
    by_then = [each for each in drugs if each.name == drug.name and each.course.surely_holds(begun)]
    return _sum(by_then) > _sum(same)


def _sum(drugs: Iterable[Opioid]) -> Decimal:
    return sum((drug.per_day for drug in drugs if drug.per_day is not None), NO_EQUIVALENT)
