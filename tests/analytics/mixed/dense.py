"""An independent, slow mixed model: raw rows, one dense covariance matrix of all values, derivatives by
steps.

It shares no code and no formula with `analytics/mixed`, whose statistics, analytic second derivatives and
search it is there to check. Derivatives of V come from complex steps, the Hessian from central differences of
the gradient. Sources: Harville (1977); Kenward and Roger (1997); Fai and Cornelius (1996).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import f as f_distribution

Matrix = npt.NDArray[Any]
Sigma = Callable[[Matrix], Matrix]

COMPLEX_STEP = 1e-30
# Weights of the central difference of order eight, at 1 to 4 steps.
STENCIL = (4 / 5, -1 / 5, 4 / 105, -1 / 280)


@dataclass(frozen=True)
class Rows:
    """Long data: design (n, p), outcome (n,), and the number of visit, participant, arm and site (n,)."""

    design: Matrix
    outcome: Matrix
    visit: Matrix
    participant: Matrix
    arm: Matrix
    site: Matrix


@dataclass(frozen=True)
class Model:
    """sigma(theta) is the covariance over all visits. By arm, theta holds the parameters of one arm after the
    other; with `random_site` the variance of sites comes last. `held` are positions that keep their start.
    """

    rows: Rows
    sigma: Sigma
    reml: bool = True
    by_arm: bool = False
    random_site: bool = False
    held: tuple[int, ...] = ()

    def covariance(self, theta: Matrix) -> Matrix:
        """V (n, n)."""
        return self._spread(*self._sigmas(theta))

    def _sigmas(self, theta: Matrix) -> tuple[Matrix, Matrix]:
        """Of each arm (arms, visits, visits); and the variance of sites."""
        own, site = (theta[:-1], theta[-1]) if self.random_site else (theta, np.zeros(()))
        blocks = np.split(own, self.rows.arm.max() + 1) if self.by_arm else [own]
        return np.array([self.sigma(block) for block in blocks]), site

    def _spread(self, sigmas: Matrix, site: Matrix) -> Matrix:
        within = np.where(self._of_one_participant, sigmas[self._places], 0.0)
        v: Matrix = within + site * self._of_one_site
        return v

    @cached_property
    def _places(self) -> tuple[Matrix, Matrix, Matrix]:
        arm = self.rows.arm if self.by_arm else np.zeros_like(self.rows.arm)
        return arm[:, None], self.rows.visit[:, None], self.rows.visit[None, :]

    @cached_property
    def _of_one_participant(self) -> Matrix:
        return np.equal.outer(self.rows.participant, self.rows.participant)

    @cached_property
    def _of_one_site(self) -> Matrix:
        return np.equal.outer(self.rows.site, self.rows.site)

    def _slopes(self, theta: Matrix) -> tuple[Matrix, Matrix]:
        """∂/∂θ_k of `_sigmas`: (K, arms, visits, visits) and (K)."""
        steps = 1j * COMPLEX_STEP * np.eye(len(theta))
        sigmas, sites = zip(*(self._sigmas(theta + step) for step in steps), strict=True)
        return np.imag(sigmas) / COMPLEX_STEP, np.imag(sites) / COMPLEX_STEP

    def _gathered(self, matrix: Matrix) -> tuple[Matrix, Matrix]:
        """What Σ matrix · V is linear in: sums of the entries (n, n) that share an entry of `_sigmas`."""
        own = self._of_one_participant
        shape = tuple(int(place.max()) + 1 for place in self._places)
        sums = np.zeros(shape)
        np.add.at(sums, tuple(np.broadcast_to(place, own.shape)[own] for place in self._places), matrix[own])
        return sums, np.sum(matrix * self._of_one_site)

    def minus_twice_log_likelihood(self, theta: Matrix) -> float:
        """Infinite where V is not positive definite."""
        v = self.covariance(theta)
        if np.linalg.eigvalsh(v)[0] <= 0:
            return float("inf")
        x, y = self.rows.design, self.rows.outcome
        information = x.T @ np.linalg.solve(v, x)
        residual = y - x @ np.linalg.solve(information, x.T @ np.linalg.solve(v, y))
        value = np.linalg.slogdet(v)[1] + residual @ np.linalg.solve(v, residual)
        if self.reml:
            value += np.linalg.slogdet(information)[1]
        return float(value + (len(y) - self.reml * x.shape[1]) * np.log(2 * np.pi))

    def derivatives(self, theta: Matrix) -> Matrix:
        """∂V/∂θ_k (K, n, n)."""
        return np.array([self._spread(*slopes) for slopes in zip(*self._slopes(theta), strict=True)])

    def curvature(self, theta: Matrix) -> Matrix:
        """∂² of `_sigmas`/∂θ_k∂θ_l (K, K, arms, visits, visits)."""
        return difference(lambda at: self._slopes(at)[0], theta)

    def total_curvature(self, weights: Matrix, curvature: Matrix) -> Matrix:
        """Σ_kl weights_kl ∂²V/∂θ_k∂θ_l (n, n); V is linear in the variance of sites."""
        return self._spread(np.tensordot(weights, curvature), np.zeros(()))

    def gradient(self, theta: Matrix) -> Matrix:
        inverse, projection = self._inverses(theta)
        r = projection @ self.rows.outcome
        sums, site = self._gathered((projection if self.reml else inverse) - np.outer(r, r))
        slopes, site_slopes = self._slopes(theta)
        gradient: Matrix = np.tensordot(slopes, sums, axes=3) + site_slopes * site
        return gradient

    def hessian(self, theta: Matrix) -> Matrix:
        h = difference(self.gradient, theta)
        return (h + h.T) / 2

    def expected(self, theta: Matrix) -> Matrix:
        inverse, projection = self._inverses(theta)
        half = (projection if self.reml else inverse) @ self.derivatives(theta)
        size = len(half)
        expected: Matrix = half.reshape(size, -1) @ half.swapaxes(1, 2).reshape(size, -1).T
        return expected

    def _inverses(self, theta: Matrix) -> tuple[Matrix, Matrix]:
        """V⁻¹, and V⁻¹ − V⁻¹XΦX'V⁻¹."""
        inverse, x = np.linalg.inv(self.covariance(theta)), self.rows.design
        scaled = inverse @ x
        return inverse, inverse - scaled @ np.linalg.solve(x.T @ scaled, scaled.T)


def difference(function: Callable[[Matrix], Matrix], theta: Matrix) -> Matrix:
    """∂function/∂θ_k, k first; accurate to about 1e-10."""
    slopes = []
    for k, value in enumerate(theta):
        step = np.zeros(len(theta))
        step[k] = 1e-3 * max(abs(value), 0.05)
        ahead = [
            w * (function(theta + i * step) - function(theta - i * step)) for i, w in enumerate(STENCIL, 1)
        ]
        slopes.append(sum(ahead) / step[k])
    return np.array(slopes)


@dataclass(frozen=True)
class Fit:
    """The optimum of a model and what follows from it; `rows` of contrasts are (q, p)."""

    model: Model
    theta: Matrix

    @cached_property
    def gradient(self) -> Matrix:
        """Zero for what was held."""
        gradient = self.model.gradient(self.theta)
        gradient[list(self.model.held)] = 0.0
        return gradient

    @cached_property
    def vcov(self) -> Matrix:
        return self._vcov(self.theta)

    @cached_property
    def beta(self) -> Matrix:
        x, y = self.model.rows.design, self.model.rows.outcome
        beta: Matrix = self.vcov @ x.T @ np.linalg.solve(self.model.covariance(self.theta), y)
        return beta

    @property
    def log_likelihood(self) -> float:
        return -self.model.minus_twice_log_likelihood(self.theta) / 2

    def theta_covariance(self, *, expected: bool = False) -> Matrix:
        """Zero for what was held."""
        return self._by_expected if expected else self._by_observed

    @cached_property
    def _by_observed(self) -> Matrix:
        return self._inverted(self.model.hessian(self.theta))

    @cached_property
    def _by_expected(self) -> Matrix:
        return self._inverted(self.model.expected(self.theta))

    def _inverted(self, information: Matrix) -> Matrix:
        free = np.setdiff1d(np.arange(len(self.theta)), self.model.held)
        covariance = np.zeros_like(information)
        covariance[np.ix_(free, free)] = 2 * np.linalg.inv(information[np.ix_(free, free)])
        return covariance

    def adjusted_vcov(self, *, expected: bool = False, second_order: bool = True) -> Matrix:
        """Kenward and Roger's."""
        inverse = np.linalg.inv(self.model.covariance(self.theta))
        scaled = inverse @ self.model.rows.design
        w = self.theta_covariance(expected=expected)
        sides = scaled.T @ self.model.derivatives(self.theta)
        between = inverse - scaled @ self.vcov @ scaled.T
        weighed = np.tensordot(w, sides, axes=1)
        middle = np.sum(weighed @ between @ sides.swapaxes(1, 2), axis=0)
        if second_order:
            middle -= scaled.T @ self.model.total_curvature(w, self._curvature) @ scaled / 4
        adjusted: Matrix = self.vcov + 2 * self.vcov @ middle @ self.vcov
        return (adjusted + adjusted.T) / 2

    @cached_property
    def _curvature(self) -> Matrix:
        return self.model.curvature(self.theta)

    def satterthwaite(self, row: Matrix, *, expected: bool = False) -> float:
        """Degrees of freedom of one contrast (p,)."""
        slopes = np.array([row @ slope @ row for slope in self.vcov_derivatives])
        variance = row @ self.vcov @ row
        return float(2 * variance**2 / (slopes @ self.theta_covariance(expected=expected) @ slopes))

    def satterthwaite_f(self, rows: Matrix) -> tuple[float, float, float]:
        """F, its denominator df, p; in the basis of the eigenvectors of the contrasts' covariance."""
        q = len(rows)
        _, axes = np.linalg.eigh(rows @ self.vcov @ rows.T)
        dfs = np.array([self.satterthwaite(row) for row in axes.T @ rows])
        usable = dfs[dfs > 2]
        total = np.sum(usable / (usable - 2))
        df = float(2 * total / (total - q))
        statistic = self._wald(rows, self.vcov)
        return statistic, df, float(f_distribution.sf(statistic, q, df))

    def kenward_roger_f(
        self, rows: Matrix, *, expected: bool = False, second_order: bool = True
    ) -> tuple[float, float, float]:
        """Scaled F, its denominator df, p."""
        q, w = len(rows), self.theta_covariance(expected=expected)
        theta_matrix = rows.T @ np.linalg.solve(rows @ self.vcov @ rows.T, rows)
        pieces = theta_matrix @ self.vcov_derivatives
        traces = np.trace(pieces, axis1=1, axis2=2)
        a1 = traces @ w @ traces
        a2 = np.sum(np.tensordot(w, pieces, axes=1) * pieces.swapaxes(1, 2))
        b = (a1 + 6 * a2) / (2 * q)
        g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
        c = np.array([g, q - g, q + 2 - g]) / (3 * q + 2 * (1 - g))
        mean = 1 / (1 - a2 / q)
        variance = 2 / q * (1 + c[0] * b) / ((1 - c[1] * b) ** 2 * (1 - c[2] * b))
        df = 4 + (q + 2) / (q * variance / (2 * mean**2) - 1)
        scale = df / (mean * (df - 2))
        vcov = self.adjusted_vcov(expected=expected, second_order=second_order)
        statistic = scale * self._wald(rows, vcov)
        return float(statistic), float(df), float(f_distribution.sf(statistic, q, df))

    @cached_property
    def vcov_derivatives(self) -> Matrix:
        steps = 1j * COMPLEX_STEP * np.eye(len(self.theta))
        return np.array([self._vcov(self.theta + step).imag for step in steps]) / COMPLEX_STEP

    def _vcov(self, theta: Matrix) -> Matrix:
        x = self.model.rows.design
        return np.linalg.inv(x.T @ np.linalg.solve(self.model.covariance(theta), x))

    def _wald(self, rows: Matrix, vcov: Matrix) -> float:
        value = rows @ self.beta
        return float(value @ np.linalg.solve(rows @ vcov @ rows.T, value) / len(rows))


def fit(model: Model, near: npt.ArrayLike) -> Fit:
    """Newton's method from a theta `near` the optimum, which the gradient of the fit must confirm: first with
    the expected information, then with the observed information of where that led.
    """
    theta = np.array(near, dtype=float)
    free = np.setdiff1d(np.arange(len(theta)), model.held)
    for _ in range(8):
        theta[free] -= _newton_step(model, theta, model.expected(theta), free)
    observed = model.hessian(theta)
    for _ in range(30):
        step = _newton_step(model, theta, observed, free)
        theta[free] -= step
        if np.max(np.abs(step)) < 1e-12 * np.max(np.abs(theta)):
            break
    return Fit(model, theta)


def _newton_step(model: Model, theta: Matrix, information: Matrix, free: Matrix) -> Matrix:
    step: Matrix = np.linalg.solve(information[np.ix_(free, free)], model.gradient(theta)[free])
    return step


def unstructured(theta: Matrix) -> Matrix:
    """By rows of the lower triangle."""
    size = round((np.sqrt(8 * len(theta) + 1) - 1) / 2)
    rows, columns = _lower_triangle(size)
    sigma = np.empty((size, size), dtype=theta.dtype)
    sigma[rows, columns] = sigma[columns, rows] = theta
    return sigma


@cache
def _lower_triangle(size: int) -> tuple[Matrix, Matrix]:
    return np.tril_indices(size)


def _heterogeneous(correlation: Callable[[Matrix, int], Matrix], visits: int) -> Sigma:
    """theta: a variance for each visit, then what the correlation takes."""
    return lambda theta: (
        np.sqrt(np.outer(theta[:visits], theta[:visits])) * correlation(theta[visits:], visits)
    )


def _homogeneous(correlation: Callable[[Matrix, int], Matrix], visits: int) -> Sigma:
    """theta: one variance, then what the correlation takes."""
    return lambda theta: theta[0] * correlation(theta[1:], visits)


def _equal(rho: Matrix, visits: int) -> Matrix:
    correlation: Matrix = rho[0] * np.ones((visits, visits)) + (1 - rho[0]) * np.eye(visits)
    return correlation


def _autoregressive(rho: Matrix, visits: int) -> Matrix:
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    correlation: Matrix = rho[0] ** lag
    return correlation


def _toeplitz(rho: Matrix, visits: int) -> Matrix:
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    correlation: Matrix = np.concatenate([[1.0], rho])[lag]
    return correlation


def _ante_dependence(rho: Matrix, visits: int) -> Matrix:
    correlation = np.eye(visits, dtype=rho.dtype)
    for s, t in combinations(range(visits), 2):
        correlation[s, t] = correlation[t, s] = np.prod(rho[s:t])
    return correlation


def structures(visits: int, times: Sequence[float]) -> dict[str, Sigma]:
    """Every covariance structure by its name, as a function of its natural parameters."""
    slope = np.column_stack([np.ones(visits), times])
    identity, ones = np.eye(visits), np.ones((visits, visits))
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    return {
        "un": unstructured,
        "ri": lambda theta: theta[0] * ones + theta[1] * identity,
        "cs": lambda theta: theta[0] * ones + theta[1] * identity,
        "ris": lambda theta: slope @ unstructured(theta[:3]) @ slope.T + theta[3] * identity,
        "csh": _heterogeneous(_equal, visits),
        "ar1": _homogeneous(_autoregressive, visits),
        "ar1h": _heterogeneous(_autoregressive, visits),
        "toep": lambda theta: theta[lag],
        "toeph": _heterogeneous(_toeplitz, visits),
        "ad": _homogeneous(_ante_dependence, visits),
        "adh": _heterogeneous(_ante_dependence, visits),
        "diag": lambda theta: np.diag(theta),
    }
