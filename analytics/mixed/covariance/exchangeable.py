"""One covariance between any two visits and one residual variance: Sigma = covariance · J + residual · I."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.structure import Structure
from analytics.mixed.coverage import Coverage, have
from analytics.mixed.refusals import NotEstimable


class Exchangeable(Structure):
    """The common part of random intercept and compound symmetry; they differ in the bound on the
    covariance.
    """

    def __init__(self, visits: tuple[str, ...]) -> None:
        size = len(visits)
        self._parts = np.stack([np.ones((size, size)), np.eye(size)])

    def sigma(self, theta: Floats) -> Floats:
        return np.tensordot(theta, self._parts, axes=1)

    def derivatives(self, theta: Floats) -> Floats:
        return self._parts

    def start(self, moments: Floats) -> Floats:
        size = len(moments)
        variance = float(np.trace(moments)) / size
        between = (float(moments.sum()) - size * variance) / (size * (size - 1))
        # inside the cone of positive definite matrices, where covariance > -variance / (size - 1)
        least = max(-0.9 * variance / (size - 1), float(self.lower[0]))
        covariance = min(max(between, least), 0.95 * variance)
        return np.array([covariance, variance - covariance])

    def check(self, coverage: Coverage) -> None:
        if coverage.with_two_visits < 2:
            raise NotEstimable(
                f"{have(coverage.with_two_visits)} values at two visits or more ({coverage.counts()}); at "
                "least 2 are needed to tell variation between participants from variation within them. "
                "Wait for more visits."
            )
