"""-2 log likelihood (restricted or full) with gradient and Hessian, from the block statistics alone.

Source: docs/explanation/statistics/reml-from-pattern-statistics.md, whose symbols are used here.
"""

from dataclasses import dataclass
from functools import cached_property
from math import log, pi

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.conditioning import Conditioned
from analytics.mixed.covariance import GroupedCovariance
from analytics.mixed.random_site import SiteWeights
from analytics.mixed.weighting import Derivatives, Weights

SITE_VARIANCE = "variance between sites"


@dataclass(frozen=True)
class Profile:
    """The generalised least squares at one theta. `value` is -2 log likelihood, `phi` the covariance of the
    coefficients of the fit, `residual` the vector (-coefficients, 1).
    """

    theta: Floats
    weights: Weights
    coefficients: Floats
    phi: Floats
    residual: Floats
    value: float


@dataclass(frozen=True)
class Point:
    """The likelihood with its derivatives with respect to theta.

    `p_k` are the derivatives of X'V⁻¹X, shape (parameters, p, p), and `phi_p` Φ times each.
    """

    profile: Profile
    derivatives: Derivatives
    restricted: bool
    gradient: Floats
    hessian: Floats
    p_k: Floats
    phi_p: Floats

    @property
    def theta(self) -> Floats:
        return self.profile.theta

    @property
    def value(self) -> float:
        return self.profile.value

    @cached_property
    def expected(self) -> Floats:
        """The expected Hessian."""
        traces = self.derivatives.pair_traces()
        if not self.restricted:
            return traces
        of_phi = self.derivatives.pairs(_bordered(self.profile.phi))
        return _symmetric(traces - 2.0 * of_phi + _products(self.phi_p))


class Likelihood:
    """Of one mean structure and data set (`data`) under one covariance; theta ends with the variance between
    sites when there is a random site.
    """

    def __init__(self, data: Conditioned, covariance: GroupedCovariance, restricted: bool) -> None:
        self.data = data
        self.covariance = covariance
        self.restricted = restricted
        with_site = data.sites is not None
        self.names = (*covariance.names, SITE_VARIANCE) if with_site else covariance.names
        self.lower = np.append(covariance.lower, 0.0) if with_site else covariance.lower
        self._constant = data.n_observations * log(2 * pi)
        if restricted:
            self._constant -= data.p * log(2 * pi) + 2.0 * data.basis.log_determinant()

    def sigma(self, theta: Floats) -> Floats:
        """The covariance of a participant's values without what a site adds: (groups, visits, visits)."""
        return self.covariance.sigma(self.of_participant(theta))

    def of_participant(self, theta: Floats) -> Floats:
        """theta without the variance between sites."""
        return theta if self.data.sites is None else theta[:-1]

    def reported(self, theta: Floats) -> tuple[tuple[str, ...], Floats]:
        """Names and values of all parameters for the reader."""
        own = self.of_participant(theta)
        names, values = self.covariance.reported(own)
        return (*names, *self.names[len(own) :]), np.concatenate([values, theta[len(own) :]])

    def start(self) -> Floats:
        moments = self.data.residual_moments()
        theta = self.covariance.start(moments)
        if self.data.sites is None:
            return theta
        return np.append(theta, 0.1 * np.einsum("gss->", moments) / moments[..., 0].size)

    def profile(self, theta: Floats) -> Profile | None:
        """None where theta is outside, Sigma is not positive definite or the information is singular."""
        own = self.of_participant(theta)
        if not self.covariance.admits(own) or (theta[len(own) :] < 0).any():
            return None
        try:
            return self._profile(theta)
        except np.linalg.LinAlgError:
            return None

    def at(self, profile: Profile) -> Point:
        """With first and second derivatives."""
        derivatives = profile.weights.derive()
        changes = derivatives.changes()
        p_k, u = -changes[:, :-1, :-1], -(changes @ profile.residual)
        phi_p = profile.phi @ p_k
        gradient = derivatives.traces() + u @ profile.residual
        if self.restricted:
            gradient = gradient + p_k.reshape(len(p_k), -1) @ profile.phi.reshape(-1)
        hessian = self._hessian(profile, derivatives, u[:, :-1], phi_p)
        return Point(profile, derivatives, self.restricted, gradient, hessian, p_k, phi_p)

    def _profile(self, theta: Floats) -> Profile:
        weights = self._weights(theta)
        sums = weights.sums()
        root = np.linalg.inv(np.linalg.cholesky(sums[:-1, :-1]))
        phi = root.T @ root
        coefficients = phi @ sums[:-1, -1]
        residual = np.concatenate([-coefficients, [1.0]])
        value = self._constant + weights.log_determinant + residual @ sums @ residual
        if self.restricted:
            value -= 2.0 * np.log(np.diag(root)).sum()
        return Profile(theta, weights, coefficients, phi, residual, float(value))

    def _weights(self, theta: Floats) -> Weights:
        if self.data.sites is None:
            return Weights(self.data, self.covariance, theta)
        return SiteWeights(self.data, self.data.sites, self.covariance, theta)

    def _hessian(self, profile: Profile, derivatives: Derivatives, u: Floats, phi_p: Floats) -> Floats:
        target = profile.residual[:, None] * profile.residual
        if self.restricted:
            target = target + _bordered(profile.phi)
        hessian = 2.0 * _symmetric(derivatives.pairs(target)) - derivatives.pair_traces()
        hessian -= 2.0 * u @ profile.phi @ u.T
        if self.restricted:
            hessian -= _products(phi_p)
        bends = derivatives.bends(target)
        return hessian if bends is None else hessian + bends


def _bordered(phi: Floats) -> Floats:
    """With a row and a column of zeros for the outcome."""
    bordered = np.zeros((len(phi) + 1, len(phi) + 1))
    bordered[:-1, :-1] = phi
    return bordered


def _products(phi_p: Floats) -> Floats:
    """tr(Φ P_k Φ P_l) for all k and l."""
    size = len(phi_p)
    return np.asarray(phi_p.reshape(size, -1) @ phi_p.swapaxes(1, 2).reshape(size, -1).T)


def _symmetric(matrix: Floats) -> Floats:
    return np.asarray((matrix + matrix.T) / 2.0)
