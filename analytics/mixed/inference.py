"""From the optimum to estimates with standard errors and degrees of freedom."""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.conditioning import Basis
from analytics.mixed.estimate import Estimate, Kind, student
from analytics.mixed.optimiser import Optimum, solve_positive
from analytics.mixed.satterthwaite import satterthwaite


@dataclass(frozen=True, eq=False)
class Inference:
    """What any contrast of the coefficients needs, in the well-conditioned coordinates of the fit.

    `phi_derivatives` and `theta_covariance` concern the free parameters only: one held at its bound counts
    as known.
    """

    basis: Basis
    coefficients: Floats
    phi: Floats
    phi_derivatives: Floats
    theta_covariance: Floats

    @classmethod
    def of(cls, optimum: Optimum, basis: Basis) -> Self:
        """With the observed information; where that is not positive definite (not converged), with the
        expected.
        """
        point, free = optimum.point, np.ix_(optimum.free, optimum.free)
        identity = np.eye(int(optimum.free.sum()))
        observed = solve_positive(point.hessian[free], identity)
        inverse = np.linalg.pinv(point.expected[free]) if observed is None else observed
        return cls(
            basis=basis,
            coefficients=frozen(point.coefficients),
            phi=frozen(point.phi),
            phi_derivatives=frozen(point.phi_derivatives[optimum.free]),
            theta_covariance=frozen(2.0 * inverse),
        )

    def estimate(self, kind: Kind, visit: str | None, row: Floats, level: float) -> Estimate:
        """Of the contrast `row` of the coefficients of the design."""
        weights = self.basis.weights(row)
        value = float(self.basis.estimates(row, self.coefficients))
        se = float(np.sqrt(weights @ self.phi @ weights))
        df = satterthwaite(weights, self.phi, self.phi_derivatives, self.theta_covariance)
        return student(kind, visit, value, se, df, level)

    def covariance(self, rows: Floats) -> Floats:
        """The covariance matrix of several contrasts."""
        weights = self.basis.weights(rows)
        return np.asarray(weights @ self.phi @ weights.T)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types only."""
        own = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "basis"}
        arrays = own | {
            f"basis_{field.name}": getattr(self.basis, field.name) for field in fields(self.basis)
        }
        return {name: array.tolist() for name, array in arrays.items()}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        basis = Basis(**{field.name: frozen(stored[f"basis_{field.name}"]) for field in fields(Basis)})
        own = {field.name: frozen(stored[field.name]) for field in fields(cls) if field.name != "basis"}
        return cls(basis=basis, **own)
