"""Variances × correlation: Sigma_st = √(v_s v_t) R_st(rho), with one variance or one for each visit."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.margin import shrunk
from analytics.mixed.covariance.requirements import mean_variance, need_each_variance, residual_variances
from analytics.mixed.covariance.structure import Structure
from analytics.mixed.coverage import Coverage

# The largest correlation of a start.
STRONG = 0.9


class Correlated(Structure):
    """Parameters are the variances (one, or one for each visit when `heterogeneous`), then the correlations.

    A kind of correlation says its names and its R with derivatives. With zero correlations R must be the
    identity; with one visit there are no correlations.
    """

    heterogeneous: ClassVar[bool] = False

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        self.visits = visits
        identity = np.eye(len(visits))
        # the powers of the variances in √(v_s v_t)
        powers = (identity[:, :, None] + identity[:, None, :]) / 2
        variances = tuple(f"variance {visit}" for visit in visits)
        if not self.heterogeneous:
            powers, variances = powers.sum(axis=0, keepdims=True), ("variance",)
        self._powers = powers
        self._own = np.eye(len(powers))[:, :, None, None] * powers
        self._products = powers[:, None] * powers - self._own
        correlations = self.correlation_names()
        self.names = (*variances, *correlations)
        self.lower = np.array([0.0] * len(powers) + [-np.inf] * len(correlations))

    @abstractmethod
    def correlation_names(self) -> tuple[str, ...]:
        """One for each correlation, in their order."""

    @abstractmethod
    def correlation(self, rho: Floats) -> Floats:
        """R, shape (visits, visits)."""

    @abstractmethod
    def correlation_derivatives(self, rho: Floats) -> Floats:
        """dR/drho, shape (correlations, visits, visits)."""

    @abstractmethod
    def correlation_second_derivatives(self, rho: Floats) -> Floats:
        """d²R/drho², shape (correlations, correlations, visits, visits)."""

    @abstractmethod
    def nearest(self, correlation: Floats) -> Floats:
        """The correlations rho that come near to a correlation matrix, shape (visits, visits)."""

    @abstractmethod
    def check_correlations(self, coverage: Coverage) -> None:
        """Raises NotEstimable when these participants cannot tell the correlations."""

    def sigma(self, theta: Floats) -> Floats:
        return self._scale(theta) * self.correlation(theta[len(self._powers) :])

    def derivatives(self, theta: Floats) -> Floats:
        n = len(self._powers)
        scale, rho = self._scale(theta), theta[n:]
        derivatives = np.empty((len(theta), *scale.shape))
        derivatives[:n] = scale * self.correlation(rho) * self._relative(theta)
        derivatives[n:] = scale * self.correlation_derivatives(rho)
        return derivatives

    def second_derivatives(self, theta: Floats) -> Floats:
        n = len(self._powers)
        scale, variances, rho = self._scale(theta), theta[:n], theta[n:]
        products = variances[:, None, None, None] * variances[:, None, None]
        mixed = self._relative(theta)[:, None] * (scale * self.correlation_derivatives(rho))
        second = np.empty((len(theta), len(theta), *scale.shape))
        second[:n, :n] = scale * self.correlation(rho) * self._products / products
        second[:n, n:] = mixed
        second[n:, :n] = mixed.swapaxes(0, 1)
        second[n:, n:] = scale * self.correlation_second_derivatives(rho)
        return second

    def start(self, moments: Floats) -> Floats:
        if self.heterogeneous:
            variances = residual_variances(self.visits, moments)
        else:
            variances = np.array([mean_variance(moments)])
        observed = np.clip(moments / self._scale(variances), -STRONG, STRONG)
        return np.append(variances, shrunk(self.nearest(observed), self.correlation))

    def check(self, coverage: Coverage) -> None:
        if self.heterogeneous:
            need_each_variance(coverage)
        if len(coverage.visits) > 1:
            self.check_correlations(coverage)

    def admits(self, theta: Floats) -> bool:
        return super().admits(theta) and bool((np.abs(theta[len(self._powers) :]) < 1).all())

    def _scale(self, theta: Floats) -> Floats:
        """√(v_s v_t)."""
        variances = theta[: len(self._powers)]
        if not self.heterogeneous:
            return np.full(self._powers.shape[1:], variances[0])
        deviations = np.sqrt(variances)
        return np.asarray(deviations[:, None] * deviations)

    def _relative(self, theta: Floats) -> Floats:
        """The derivatives of log √(v_s v_t) with respect to the variances."""
        return np.asarray(self._powers / theta[: len(self._powers), None, None])
