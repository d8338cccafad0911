"""Dates of which the day, or the month too, may be unknown: ISO 8601 cut short, "2019", "2019-05"."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True)
class PartialDate:
    """A year, perhaps with its month, perhaps with its day."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ISO 8601; ValueError when it is no date of the calendar."""
        match = FORM.fullmatch(text)
        if match is None:
            raise ValueError(text)
        parts = [int(part) for part in match.groups() if part is not None]
        date(*[*parts, 1, 1][:3])
        return cls(*parts)

    def __str__(self) -> str:
        rest = "".join(f"-{part:02}" for part in (self.month, self.day) if part is not None)
        return f"{self.year:04}{rest}"

    @property
    def first(self) -> date:
        """The earliest day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def is_complete(self) -> bool:
        return self.day is not None


def surely_before(earlier: str, later: str) -> bool:
    """Whether a partial date lies before another, whatever the parts are that nobody knows."""
    return PartialDate.parse(earlier).last < PartialDate.parse(later).first


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
