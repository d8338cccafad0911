"""Numbers in a few others."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Spread:
    """Number, mean, standard deviation (n - 1), median, smallest and largest; None where too few."""

    n: int
    mean: float | None
    sd: float | None
    median: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, values: Iterable[object]) -> Self:
        """Values that are None are passed over."""
        found = [float(str(value)) for value in values if value is not None]
        if not found:
            return cls(0, None, None, None, None, None)
        sd = statistics.stdev(found) if len(found) > 1 else None
        return cls(len(found), statistics.fmean(found), sd, statistics.median(found), min(found), max(found))
