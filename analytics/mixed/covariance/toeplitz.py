"""Toeplitz: the covariance of two visits depends on how many places they are apart."""

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.covariance.lags import band_means, bands
from analytics.mixed.covariance.linear import Linear
from analytics.mixed.covariance.margin import shrunk
from analytics.mixed.covariance.requirements import mean_variance, need_each_lag
from analytics.mixed.coverage import Coverage


class Toeplitz(Linear):
    """Parameters are the variance and the covariances at lag 1, 2, …"""

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        size = len(visits)
        self.names = ("variance", *(f"covariance at lag {lag}" for lag in range(1, size)))
        self.lower = np.array([0.0] + [-np.inf] * (size - 1))
        self.parts = frozen(bands(size))

    def start(self, moments: Floats) -> Floats:
        variance = mean_variance(moments)
        between = shrunk(band_means(moments)[1:], lambda lags: self.sigma(np.append(variance, lags)))
        return np.append(variance, between)

    def check(self, coverage: Coverage) -> None:
        need_each_lag(coverage, "covariance")
