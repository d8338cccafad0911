"""Heterogeneous Toeplitz: a variance at each visit, and a correlation for each lag."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.correlated import Correlated
from analytics.mixed.covariance.lags import band_means, bands
from analytics.mixed.covariance.requirements import need_each_lag
from analytics.mixed.coverage import Coverage


class HeterogeneousToeplitz(Correlated):
    """R_st = rho_|s - t|."""

    heterogeneous = True

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        super().__init__(visits, times)
        size = len(visits)
        self._identity, self._bands = np.eye(size), bands(size)[1:]
        self._zeros = np.zeros((size - 1, size - 1, size, size))

    def correlation_names(self) -> tuple[str, ...]:
        return tuple(f"correlation at lag {lag}" for lag in range(1, len(self.visits)))

    def correlation(self, rho: Floats) -> Floats:
        return np.asarray(self._identity + (rho[:, None, None] * self._bands).sum(axis=0))

    def correlation_derivatives(self, rho: Floats) -> Floats:
        return self._bands

    def correlation_second_derivatives(self, rho: Floats) -> Floats:
        return self._zeros

    def nearest(self, correlation: Floats) -> Floats:
        return band_means(correlation)[1:]

    def check_correlations(self, coverage: Coverage) -> None:
        need_each_lag(coverage, "correlation")
