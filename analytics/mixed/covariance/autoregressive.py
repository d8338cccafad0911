"""First-order autoregressive: the correlation falls by the same factor from each visit to the next."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.correlated import Correlated
from analytics.mixed.covariance.lags import lags
from analytics.mixed.covariance.requirements import REMEDY
from analytics.mixed.coverage import Coverage, have
from analytics.mixed.refusals import NotEstimable


class Autoregressive(Correlated):
    """R_st = rho^|s - t|, counted in places of the visit order and not in time."""

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        super().__init__(visits, times)
        self._lags = lags(len(visits))
        # zero times any power is zero, so the powers may stop at zero
        self._once_less = np.maximum(self._lags - 1, 0)
        self._twice_less = np.maximum(self._lags - 2, 0)
        self._falling = self._lags * (self._lags - 1)

    def correlation_names(self) -> tuple[str, ...]:
        return ("correlation at lag 1",)[: len(self.visits) - 1]

    def correlation(self, rho: Floats) -> Floats:
        return np.asarray(rho[0] ** self._lags) if len(rho) else np.ones((1, 1))

    def correlation_derivatives(self, rho: Floats) -> Floats:
        return np.asarray(self._lags * rho[:, None, None] ** self._once_less)

    def correlation_second_derivatives(self, rho: Floats) -> Floats:
        return np.asarray(self._falling * rho[:, None, None, None] ** self._twice_less)

    def nearest(self, correlation: Floats) -> Floats:
        neighbours = np.diagonal(correlation, 1)
        return neighbours.mean(keepdims=True) if len(neighbours) else neighbours

    def check_correlations(self, coverage: Coverage) -> None:
        # an even power of rho does not tell its sign
        n = int(coverage.together[self._lags % 2 == 1].max())
        if n < 2:
            raise NotEstimable(
                f"{have(n)} values at any one pair of visits at an odd lag ({coverage.counts()}); an "
                f"autoregressive correlation needs at least 2. {REMEDY}"
            )


class HeterogeneousAutoregressive(Autoregressive):
    """With a variance at each visit."""

    heterogeneous = True
