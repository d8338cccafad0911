"""From the optimum to estimates with standard errors and degrees of freedom."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.conditioning import Basis
from analytics.mixed.ftest import FTest, f_test, kenward_roger_scale, satterthwaite_denominator, wald
from analytics.mixed.kenward_roger import adjusted_covariance
from analytics.mixed.likelihood import Likelihood
from analytics.mixed.optimiser import Optimum, solve_positive
from analytics.mixed.refusals import InputRefused, NotEstimable
from analytics.mixed.satterthwaite import satterthwaite
from analytics.mixed.spec import DfMethod, ModelSpec

# A contrast that keeps less of its square beside the others is a combination of them.
DEPENDENT = 1e-10


@dataclass(frozen=True, eq=False)
class Inference:
    """What any contrast of the coefficients needs, in the well-conditioned coordinates of the fit.

    `phi` is the model's covariance of the coefficients, `adjusted` that of Kenward and Roger (None for other
    methods), `theta_covariance` (parameters, parameters) is zero for a parameter held at its bound: it counts
    as known. `residual_df` is n - p.
    """

    df_method: DfMethod
    basis: Basis
    coefficients: Floats
    phi: Floats
    phi_derivatives: Floats
    theta_covariance: Floats
    adjusted: Floats | None
    residual_df: int

    @classmethod
    def of(cls, likelihood: Likelihood, optimum: Optimum, spec: ModelSpec) -> Self:
        """Raises NotEstimable where the adjustment is no covariance."""
        data, point = likelihood.data, optimum.point
        expected = spec.kenward_roger and spec.information == "expected"
        c = _theta_covariance(optimum, expected=expected)
        phi = point.profile.phi
        # on a boundary theta are not the natural parameters, for which second derivatives are meant
        second_order = spec.df_method == "kenward-roger" and not likelihood.covariance.boundary
        adjusted = adjusted_covariance(point, c, second_order=second_order) if spec.kenward_roger else None
        if adjusted is not None and not _is_definite(adjusted):
            raise NotEstimable(
                "The Kenward–Roger adjustment leaves no valid covariance of the coefficients: these data are "
                "too few for it. Wait for more data, use a covariance with fewer parameters (cs), or "
                "Satterthwaite's method."
            )
        return cls(
            df_method=spec.df_method,
            basis=data.basis,
            coefficients=frozen(point.profile.coefficients),
            phi=frozen(phi),
            phi_derivatives=frozen(-phi @ point.p_k @ phi),
            theta_covariance=frozen(c),
            adjusted=None if adjusted is None else frozen(adjusted),
            residual_df=data.n_observations - data.p,
        )

    def estimates(self, rows: Floats) -> Floats:
        """The values of contrasts (m, p) of the coefficients of the design."""
        return self.basis.estimates(rows, self.coefficients)

    def covariance(self, rows: Floats) -> Floats:
        """The covariance matrix of contrasts, adjusted where the method adjusts it."""
        weights = self.basis.weights(rows)
        return np.asarray(weights @ self._phi_used @ weights.T)

    def model_covariance(self, rows: Floats) -> Floats:
        """The covariance matrix of contrasts without a small-sample adjustment."""
        weights = self.basis.weights(rows)
        return np.asarray(weights @ self.phi @ weights.T)

    def dfs(self, rows: Floats) -> Floats:
        """The degrees of freedom of each contrast; infinite for z."""
        if self.df_method == "z":
            return np.full(len(rows), np.inf)
        if self.df_method == "residual":
            return np.full(len(rows), float(self.residual_df))
        weights = self.basis.weights(rows)
        return satterthwaite(weights, self.phi, self.phi_derivatives, self.theta_covariance)

    def test(self, rows: Floats) -> FTest:
        """That all contrasts are zero. Refuses contrasts of which one is a combination of the others."""
        weights = self.basis.weights(rows)
        self._check_independent(weights)
        statistic = wald(self.estimates(rows), weights @ self._phi_used @ weights.T)
        if self.df_method == "z":
            return f_test(statistic, len(rows), np.inf)
        if self.df_method == "residual":
            return f_test(statistic, len(rows), float(self.residual_df))
        if self.df_method == "satterthwaite":
            return f_test(statistic, len(rows), self._satterthwaite(weights))
        scale, df = kenward_roger_scale(weights, self.phi, self.phi_derivatives, self.theta_covariance)
        return f_test(scale * statistic, len(rows), df)

    @cached_property
    def _phi_used(self) -> Floats:
        return self.phi if self.adjusted is None else self.adjusted

    def _satterthwaite(self, weights: Floats) -> float:
        axes = np.linalg.eigh(weights @ self.phi @ weights.T)[1]
        own = axes.T @ weights
        return satterthwaite_denominator(
            satterthwaite(own, self.phi, self.phi_derivatives, self.theta_covariance)
        )

    def _check_independent(self, weights: Floats) -> None:
        covariance = weights @ self.phi @ weights.T
        size = np.sqrt(np.maximum(np.diag(covariance), np.finfo(float).tiny))
        if np.linalg.eigvalsh(covariance / np.outer(size, size))[0] < DEPENDENT:
            raise InputRefused(
                "The contrasts tested together depend on each other; leave out those that follow from others."
            )


def _is_definite(matrix: Floats) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


def _theta_covariance(optimum: Optimum, *, expected: bool) -> Floats:
    """Twice the inverse of the information of the free parameters, zero for those held at a bound.

    Where the observed information is not positive definite (not converged), that of the expected.
    """
    point, free = optimum.point, np.ix_(optimum.free, optimum.free)
    identity = np.eye(int(optimum.free.sum()))
    inverse = solve_positive((point.expected if expected else point.hessian)[free], identity)
    covariance = np.zeros_like(point.hessian)
    covariance[free] = 2.0 * (np.linalg.pinv(point.expected[free]) if inverse is None else inverse)
    return covariance
