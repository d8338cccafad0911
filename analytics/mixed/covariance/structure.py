"""What every covariance structure offers to likelihood and optimiser."""

from abc import ABC, abstractmethod

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.coverage import Coverage


class Structure(ABC):
    """Sigma(theta) in natural parameters (variances, covariances), in squared units of the outcome."""

    names: tuple[str, ...]
    lower: Floats
    """The lower bound of each parameter; minus infinity where there is none."""

    @abstractmethod
    def __init__(self, visits: tuple[str, ...]) -> None: ...

    @abstractmethod
    def sigma(self, theta: Floats) -> Floats:
        """Shape (visits, visits)."""

    @abstractmethod
    def derivatives(self, theta: Floats) -> Floats:
        """dSigma/dtheta, shape (parameters, visits, visits)."""

    @abstractmethod
    def start(self, moments: Floats) -> Floats:
        """A valid theta near the pairwise residual covariance `moments`, which need not be positive definite.

        Raises NotEstimable when `moments` leaves a variance without any residual.
        """

    @abstractmethod
    def check(self, coverage: Coverage) -> None:
        """Raises NotEstimable when these participants cannot tell the parameters apart."""

    def is_valid(self, theta: Floats) -> bool:
        """Within the bounds, and Sigma positive definite."""
        if not np.all(np.isfinite(theta)) or np.any(theta < self.lower):
            return False
        try:
            np.linalg.cholesky(self.sigma(theta))
        except np.linalg.LinAlgError:
            return False
        return True
