"""Sorted residuals beside the quantiles of a normal distribution, with the room that chance has."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

# In which a point lies with this probability, each for itself.
BAND = 0.95


@dataclass(frozen=True)
class QuantilePoint:
    """`expected` is the median of that order statistic under the normal distribution; `lower` and `upper`
    bound it with 95 % probability, for independent values."""

    residual: float
    expected: float
    lower: float
    upper: float


def normal_quantiles(residuals: Iterable[float]) -> tuple[QuantilePoint, ...]:
    """From the smallest to the largest; residuals that are NaN are left out.

    The i-th of n uniform values has a beta distribution (i, n + 1 - i); its quantiles are carried over.
    """
    from scipy.special import betaincinv, ndtri

    values = np.sort(np.array([each for each in residuals if each == each], dtype=np.float64))
    place = np.arange(1, len(values) + 1)
    beside = len(values) + 1 - place
    columns = [ndtri(betaincinv(place, beside, share)) for share in (0.5, (1 - BAND) / 2, (1 + BAND) / 2)]
    return tuple(QuantilePoint(*map(float, row)) for row in zip(values, *columns, strict=True))
