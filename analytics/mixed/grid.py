"""The reference grid: each arm's mean at each visit as a combination of the coefficients."""

from typing import Literal

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.design import Design
from analytics.mixed.statistics import Statistics

Weighting = Literal["equal", "observed"]


def mean_rows(statistics: Statistics, design: Design, weighting: Weighting) -> Floats:
    """Shape (arms, visits, p). Numeric columns stand at their average over the values.

    The levels of a factor weigh the same ("equal") or as often as they were observed ("observed").
    """
    return np.asarray(design.maps @ _profile(statistics, weighting))


def _profile(statistics: Statistics, weighting: Weighting) -> Floats:
    """The intercept and the subject columns of the participant for whom the means are stated."""
    averages = _averages(statistics)
    if weighting == "equal":
        factors = [column.factor for column in statistics.columns]
        for position, factor in enumerate(factors, start=1):
            if factor:
                averages[position] = 1.0 / (factors.count(factor) + 1)
    return averages


def _averages(statistics: Statistics) -> Floats:
    """Over all values: a participant counts as often as visits have a value."""
    size = 1 + len(statistics.columns)
    totals = [0] * size
    for stratum, products in statistics.products.items():
        seen = stratum.pattern.count("1")
        for position in range(size):
            totals[position] += seen * products[position * (position + 1) // 2]
    units = statistics.quanta()
    return np.array(
        [float(unit * total / totals[0]) for unit, total in zip(units[:size], totals, strict=True)]
    )
