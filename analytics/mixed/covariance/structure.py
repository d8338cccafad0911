"""What every covariance structure offers to likelihood and optimiser."""

from abc import ABC, abstractmethod

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.coverage import Coverage


class Structure(ABC):
    """Sigma(theta) in natural parameters: variances and covariances in squared units of the outcome, and
    correlations.

    Kenward–Roger's adjustment depends on the parameters chosen, so their order and meaning are part of the
    contract: docs/explanation/statistics/covariance-structures.md.
    """

    names: tuple[str, ...]
    lower: Floats
    """The lower bound of each parameter, which it may reach; minus infinity where there is none."""
    boundary: str = ""
    """What the reader must know of a structure on the boundary of another one (see `beyond`)."""
    held: tuple[str, ...] = ()
    """The quantities that such a structure holds at their bound."""

    @abstractmethod
    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        """`times` are the nominal times of the visits; only a random slope uses them."""

    @abstractmethod
    def sigma(self, theta: Floats) -> Floats:
        """Shape (visits, visits)."""

    @abstractmethod
    def derivatives(self, theta: Floats) -> Floats:
        """dSigma/dtheta, shape (parameters, visits, visits); theta must be valid."""

    @abstractmethod
    def second_derivatives(self, theta: Floats) -> Floats | None:
        """d²Sigma/dtheta², shape (parameters, parameters, visits, visits); None when all are zero."""

    @abstractmethod
    def start(self, moments: Floats) -> Floats:
        """A valid theta near the pairwise residual covariance `moments`, which need not be positive definite.

        Raises NotEstimable when `moments` leaves a variance without any residual.
        """

    @abstractmethod
    def check(self, coverage: Coverage) -> None:
        """Raises NotEstimable when these participants cannot tell the parameters apart."""

    def admits(self, theta: Floats) -> bool:
        """Whether theta lies within the bounds. Sigma can still fail to be positive definite there."""
        return bool(np.isfinite(theta).all() and (theta >= self.lower).all())

    def beyond(self, theta: Floats) -> "tuple[Structure, ...]":
        """Structures of the boundary to be fitted instead, where this optimum lies outside the model.

        Empty where theta belongs to the model, which for most structures is always.
        """
        return ()

    def reported(self, theta: Floats) -> tuple[tuple[str, ...], Floats]:
        """Names and values of the parameters for the reader."""
        return self.names, theta
