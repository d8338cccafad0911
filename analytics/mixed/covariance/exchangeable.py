"""One covariance between any two visits and one residual variance: Sigma = covariance · J + residual · I."""

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.covariance.linear import Linear
from analytics.mixed.covariance.requirements import mean_variance, need_two_visits
from analytics.mixed.coverage import Coverage


class Exchangeable(Linear):
    """The common part of random intercept and compound symmetry; they differ in the bound on the
    covariance.
    """

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        size = len(visits)
        self.parts = frozen([np.ones((size, size)), np.eye(size)])

    def start(self, moments: Floats) -> Floats:
        variance = mean_variance(moments)
        others = max(len(moments) - 1, 1)
        between = (float(moments.sum()) / len(moments) - variance) / others
        # inside the cone of positive definite matrices, where covariance > -variance / (size - 1)
        least = max(-0.9 * variance / others, float(self.lower[0]))
        covariance = min(max(between, least), 0.95 * variance)
        return np.array([covariance, variance - covariance])

    def check(self, coverage: Coverage) -> None:
        need_two_visits(coverage, "tell variation between participants from variation within them")
