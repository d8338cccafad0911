"""-2 log likelihood (restricted or full) with gradient and Hessian, from the pattern statistics alone.

Source: docs/explanation/statistics/reml-from-pattern-statistics.md, whose symbols are used here. The cost
does not depend on the number of participants.
"""

from dataclasses import dataclass
from math import log, pi

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.conditioning import Conditioned
from analytics.mixed.covariance import Structure


@dataclass(frozen=True)
class Point:
    """The likelihood at one theta. `value` is -2 log likelihood; derivatives are with respect to theta.

    `phi` is the covariance of the coefficients of the fit, `phi_derivatives` its derivatives, one for each
    parameter.
    """

    theta: Floats
    value: float
    gradient: Floats
    hessian: Floats
    expected: Floats
    coefficients: Floats
    phi: Floats
    phi_derivatives: Floats


@dataclass(frozen=True)
class Profile:
    """What value and derivatives share: the weights of each pattern and the generalised least squares."""

    inverse: Floats
    coefficients: Floats
    phi: Floats
    value: float


class Likelihood:
    """Of one mean structure and data set (`conditioned`) under one covariance structure."""

    def __init__(self, conditioned: Conditioned, structure: Structure, restricted: bool) -> None:
        self.data = conditioned
        self.structure = structure
        self.restricted = restricted
        self._both = conditioned.attended[:, :, None] * conditioned.attended[:, None, :]
        self._absent = np.eye(conditioned.attended.shape[1]) * (1.0 - conditioned.attended)[:, :, None]
        self._flat = conditioned.products.reshape(-1, (conditioned.p + 1) ** 2)

    def value(self, theta: Floats) -> float:
        """Infinite where theta is not valid or the information is singular."""
        if not self.structure.is_valid(theta):
            return float("inf")
        try:
            return self._profile(theta).value
        except np.linalg.LinAlgError:
            return float("inf")

    def at(self, theta: Floats) -> Point:
        """Value and derivatives; theta must be valid."""
        profile = self._profile(theta)
        parts = self.structure.derivatives(theta)
        weighted = profile.inverse @ parts[:, None]  # W B_k, shape (parameters, patterns, visits, visits)
        changes = -(weighted @ profile.inverse).reshape(len(parts), -1) @ self._flat
        changes = changes.reshape(len(parts), self.data.p + 1, self.data.p + 1)
        residual = np.append(-profile.coefficients, 1.0)
        p_k = changes[:, :-1, :-1]
        phi_p = profile.phi @ p_k
        gradient = np.einsum("g,kgss->k", self.data.counts, weighted) + changes @ residual @ residual
        if self.restricted:
            gradient = gradient + np.einsum("kii->k", phi_p)
        hessian, expected = self._curvature(profile, weighted, changes @ residual, phi_p)
        return Point(
            theta=theta,
            value=profile.value,
            gradient=gradient,
            hessian=hessian,
            expected=expected,
            coefficients=profile.coefficients,
            phi=profile.phi,
            phi_derivatives=-phi_p @ profile.phi,
        )

    def _profile(self, theta: Floats) -> Profile:
        data = self.data
        padded = self.structure.sigma(theta) * self._both + self._absent
        factor = np.linalg.cholesky(padded)
        log_sigma = 2.0 * data.counts @ np.log(np.einsum("gss->gs", factor)).sum(axis=1)
        inverse = np.linalg.inv(padded) * self._both
        sums = (inverse.reshape(-1) @ self._flat).reshape(data.p + 1, data.p + 1)
        root = np.linalg.inv(np.linalg.cholesky(sums[:-1, :-1]))
        phi = root.T @ root
        coefficients = phi @ sums[:-1, -1]
        residual = np.append(-coefficients, 1.0)
        value = log_sigma + residual @ sums @ residual + data.n_observations * log(2 * pi)
        if self.restricted:
            log_information = -2.0 * np.log(np.diag(root)).sum() - 2.0 * data.basis.log_determinant()
            value += log_information - data.p * log(2 * pi)
        return Profile(inverse, coefficients, phi, float(value))

    def _curvature(
        self, profile: Profile, weighted: Floats, u: Floats, phi_p: Floats
    ) -> tuple[Floats, Floats]:
        """Observed and expected second derivatives, for structures that are linear in theta."""
        residual = np.append(-profile.coefficients, 1.0)
        padded_phi = np.zeros((self.data.p + 1, self.data.p + 1))
        padded_phi[:-1, :-1] = profile.phi
        t = _traces(weighted * self.data.counts[:, None, None], weighted)
        observed = 2.0 * self._second(profile, weighted, np.outer(residual, residual)) - t
        observed -= 2.0 * u[:, :-1] @ profile.phi @ u[:, :-1].T
        if not self.restricted:
            return observed, t
        of_phi = 2.0 * self._second(profile, weighted, padded_phi)
        of_phi -= np.einsum("kij,lji->kl", phi_p, phi_p)
        return observed + of_phi, t - of_phi

    def _second(self, profile: Profile, weighted: Floats, contracted: Floats) -> Floats:
        """<W B_k W B_l W, S> for all k and l, with the statistics S contracted once."""
        sums = (self._flat @ contracted.reshape(-1)).reshape(profile.inverse.shape)
        middle = weighted @ (profile.inverse @ sums)
        # trace(W B_k W B_l W S): W B_k on the left, W B_l W S on the right
        return _traces(weighted, middle)


def _traces(left: Floats, right: Floats) -> Floats:
    """The trace of left_k right_l for all k and l, summed over the patterns."""
    size = len(left)
    return np.asarray(left.reshape(size, -1) @ right.swapaxes(-1, -2).reshape(size, -1).T)
