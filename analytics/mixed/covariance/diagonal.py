"""Diagonal: a variance at each visit, and visits that are independent."""

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.covariance.linear import Linear
from analytics.mixed.covariance.requirements import need_each_variance, residual_variances
from analytics.mixed.coverage import Coverage


class Diagonal(Linear):
    """Parameters are the variances in the order of the visits."""

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        self._visits = visits
        self.names = tuple(f"variance {visit}" for visit in visits)
        self.lower = np.zeros(len(visits))
        identity = np.eye(len(visits))
        self.parts = frozen(identity[:, :, None] * identity[:, None, :])

    def start(self, moments: Floats) -> Floats:
        return residual_variances(self._visits, moments).copy()

    def check(self, coverage: Coverage) -> None:
        need_each_variance(coverage)
