"""How well the data determine a model, in condition numbers."""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result

# With a larger one, a relative error of 1e-8 in the data may be an error of 1 % in the result.
LARGE = 1e6


@dataclass(frozen=True)
class Determination:
    """Each is the ratio of the largest to the smallest eigenvalue of a matrix scaled to a diagonal of ones;
    1 is the best.

    `effects`: of the covariance of the coefficients. `covariance`: of the covariance of the visits, the worst
    of all groups. `parameters`: of the covariance of the covariance parameters that are free.
    """

    effects: float
    covariance: float
    parameters: float
    at_boundary: tuple[str, ...]

    @property
    def is_poor(self) -> bool:
        return max(self.effects, self.covariance, self.parameters) > LARGE


def determination(result: Result) -> Determination:
    """Raises NotEstimable for a result that did not converge: its matrices say nothing."""
    if not result.converged:
        raise NotEstimable("The search for the maximum did not converge, so nothing is determined.")
    theta = result.inference.theta_covariance
    free = np.flatnonzero(np.diag(theta) > 0)
    return Determination(
        effects=_condition(result.vcov),
        covariance=max(_condition(sigma) for sigma in result.sigma),
        parameters=_condition(theta[np.ix_(free, free)]) if len(free) else 1.0,
        at_boundary=result.at_boundary,
    )


def _condition(matrix: Floats) -> float:
    size = np.sqrt(np.diag(matrix))
    values = np.linalg.eigvalsh(matrix / np.outer(size, size))
    return float(values[-1] / values[0]) if values[0] > 0 else float("inf")
