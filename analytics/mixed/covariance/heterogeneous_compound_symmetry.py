"""Heterogeneous compound symmetry: a variance at each visit, and one correlation between any two."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.correlated import Correlated
from analytics.mixed.covariance.requirements import need_two_visits
from analytics.mixed.coverage import Coverage


class HeterogeneousCompoundSymmetry(Correlated):
    """R_st = rho for any two visits."""

    heterogeneous = True

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        super().__init__(visits, times)
        size, n = len(visits), len(self.correlation_names())
        self._identity = np.eye(size)
        self._others = np.ones((n, size, size)) - self._identity
        self._zeros = np.zeros((n, n, size, size))

    def correlation_names(self) -> tuple[str, ...]:
        return ("correlation",)[: len(self.visits) - 1]

    def correlation(self, rho: Floats) -> Floats:
        return np.asarray(self._identity + (rho[:, None, None] * self._others).sum(axis=0))

    def correlation_derivatives(self, rho: Floats) -> Floats:
        return self._others

    def correlation_second_derivatives(self, rho: Floats) -> Floats:
        return self._zeros

    def nearest(self, correlation: Floats) -> Floats:
        others = correlation[np.triu_indices(len(correlation), 1)]
        return others.mean(keepdims=True) if len(others) else others

    def check_correlations(self, coverage: Coverage) -> None:
        need_two_visits(coverage, "estimate the correlation")
