"""The design cell: which arm and which site a participant belongs to, and which visits have values."""

from enum import Enum
from typing import Final, NamedTuple


class Awaited(Enum):
    """Stands in a vector for a value that is not due yet; a model is fitted as if it were missing."""

    AWAITED = "."


AWAITED: Final = Awaited.AWAITED


class Cell(NamedTuple):
    """Empty where the data know no arms or no sites."""

    arm: str = ""
    site: str = ""


class Stratum(NamedTuple):
    """Participants of a design cell who share a pattern of attended visits, one character for each visit.

    "1101": the third visit has no value. "11..": the last two are still awaited.
    """

    arm: str
    site: str
    pattern: str

    @property
    def attended(self) -> tuple[bool, ...]:
        """Whether each visit has a value."""
        return tuple(mark == "1" for mark in self.pattern)

    @property
    def after_last(self) -> int:
        """How many visits there are after the last with a value."""
        return len(self.pattern) - 1 - self.pattern.rindex("1")

    @property
    def awaited(self) -> bool:
        """Whether the values after the last one may still come: who is awaited has not dropped out."""
        return self.pattern.endswith(Awaited.AWAITED.value)
