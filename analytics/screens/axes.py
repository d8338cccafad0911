"""The two axes of a plot: from values and days to places on the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from analytics.declared import planned_days

STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
MOST_TICKS = 6
# A scale of which the data use less than this is drawn in part.
SHARE = 0.6


@dataclass(frozen=True)
class Axis:
    """Maps `low`..`high` linearly to `start`..`end`."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def reach(scale: tuple[int, int], largest: float) -> tuple[float, int]:
    """The upper end of the value axis and the step of its ticks.

    The axis begins where the scale begins, and ends where it ends unless the data lie far below.
    """
    low, high = scale
    needed = float(high) if largest > low + SHARE * (high - low) else max(largest, low + 1.0)
    step = next(step for step in STEPS if (needed - low) / step <= MOST_TICKS)
    return min(float(high), low + ceil((needed - low) / step) * step), step


def days(visits: Sequence[str]) -> list[float]:
    """The planned day of each visit; where one has none, all stand in equal distances."""
    return list(planned_days(visits)) or [float(place) for place in range(len(visits))]
