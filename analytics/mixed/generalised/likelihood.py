"""-2 log likelihood of a generalised model with a random intercept, by adaptive Gauss–Hermite quadrature.

Each cell has nodes of its own, about the mode of u given its answers and as wide as the curvature there. The
gradient is that of the quadrature itself, moving nodes included, so the maximum is that of the approximation
as stated, Laplace's (one node) too. Source: docs/explanation/statistics/generalised-mixed-models.md, whose
symbols are used here.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.generalised.kernel import Kernel, Slopes
from analytics.mixed.generalised.quadrature import nodes_and_weights

MODE_STEPS = 100
# On the step of a mode in units of its width: far below what the quadrature could tell.
MODE_FOUND = 1e-12
# With fewer, the spread of the nodes says too little of the variance of a score.
ENOUGH_NODES = 7
# With so many, standard errors agree with differences to 1e-7.
EXACT_NODES = 25
# Steps of the differences, in standard errors.
DIFFERENCE = 1e-3
TINY = 1e-300
# No step of a mode is longer, in units of u: the curvature far out says little.
LONGEST_STEP = 5.0


class Mode(NamedTuple):
    """Of u given the answers of each cell, (cells,); `slopes` there, with rows (cells, rows)."""

    place: Floats
    width: Floats
    slopes: Slopes


@dataclass(frozen=True, eq=False)
class Nodes:
    """What was found at each node: `u` and its `share` of the integral (cells, nodes), and the `scores`, the
    derivatives of the joint log density (cells, nodes, parameters).
    """

    u: Floats
    share: Floats
    slopes: Slopes
    scores: Floats
    bend_by_shape: Floats | None


@dataclass(frozen=True, eq=False)
class Point:
    """-2 log likelihood with its exact gradient at some parameters (coefficients, σ, log shape if any)."""

    parameters: Floats
    value: float
    gradient: Floats
    mode: Mode
    nodes: Nodes


class GeneralisedLikelihood:
    """Of one kernel with so many nodes."""

    def __init__(self, kernel: Kernel, nodes: int) -> None:
        self.kernel = kernel
        self.tau, weights = nodes_and_weights(nodes)
        self._log_weights = np.log(weights) + self.tau**2 / 2.0
        self.p = kernel.rows.shape[2]

    def at(self, parameters: Floats, near: Floats | None = None) -> Point | None:
        """None where the model does not exist. The search for modes starts `near` those of another point."""
        if not np.isfinite(parameters).all() or not self.kernel.admits(parameters[: self.p]):
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            mode = self._mode(parameters, near)
            point = None if mode is None else self._at(parameters, mode)
        return point if point is not None and np.isfinite(point.value) else None

    def curvature(self, point: Point) -> Floats:
        """A Hessian for the steps of a search: by Louis (1982) where the nodes are enough for a variance."""
        return self._by_louis(point) if len(self.tau) >= ENOUGH_NODES else self.hessian(point)

    def information(self, point: Point) -> Floats:
        """The observed information at a maximum, times two; the inverse is half a covariance.

        By Louis' identity with so many nodes that its quadrature is exact, which costs as much as one step;
        of the approximation itself where that is coarse, as Laplace's.
        """
        if len(self.tau) < ENOUGH_NODES:
            return self.hessian(point)
        finer = GeneralisedLikelihood(self.kernel, max(len(self.tau), EXACT_NODES))
        found = finer.at(point.parameters, point.mode.place)
        assert found is not None
        return finer._by_louis(found)

    def hessian(self, point: Point) -> Floats:
        """Of -2 log likelihood: central differences of the exact gradient, error of the order of 1e-8."""
        size = len(point.parameters)
        # about a thousandth of a standard error, whatever the units of a covariate
        steps = DIFFERENCE / np.sqrt(np.maximum(np.abs(np.diag(self._by_louis(point))), TINY))
        hessian = np.zeros((size, size))
        for place in range(size):
            step = np.zeros(size)
            step[place] = self._admitted(point.parameters, place, steps[place])
            above = self.at(point.parameters + step, point.mode.place)
            below = self.at(point.parameters - step, point.mode.place)
            assert above is not None
            assert below is not None
            hessian[place] = (above.gradient - below.gradient) / (2.0 * step[place])
        return (hessian + hessian.T) / 2.0

    def _admitted(self, parameters: Floats, place: int, step: float) -> float:
        """A step that leaves the thresholds in order on both sides."""
        while True:
            moved = parameters[: self.p].copy()
            if place >= self.p:
                return step
            moved[place] += 2.0 * step
            up = self.kernel.admits(moved)
            moved[place] -= 4.0 * step
            if up and self.kernel.admits(moved):
                return step
            step /= 2.0

    def _parts(self, parameters: Floats) -> tuple[Floats, float, float]:
        # a number of NumPy's: one too large is infinite, which the search goes back from, and no error
        shape = np.exp(parameters[-1]) if self.kernel.shaped else 1.0
        return parameters[: self.p], float(parameters[self.p]), shape

    def _mode(self, parameters: Floats, near: Floats | None) -> Mode | None:
        """Newton's steps for all cells at once: log-concave, so each has one mode.

        A step beyond what is known to be too far is halved there, without which it can go to and fro forever.
        """
        coefficients, sigma, shape = self._parts(parameters)
        base = self.kernel.rows @ coefficients
        place = np.zeros(len(base)) if near is None else near
        low, high = np.full(len(base), -np.inf), np.full(len(base), np.inf)
        for _ in range(MODE_STEPS):
            found = self.kernel.slopes((base + sigma * place[:, None])[:, None, :], shape)
            slopes = Slopes(*(each[:, 0] for each in found))
            slope = sigma * (self.kernel.total + slopes.first.sum(axis=1)) - place
            curvature = 1.0 - sigma**2 * slopes.second.sum(axis=1)
            step = slope / curvature
            if not np.isfinite(step).all():
                return None
            if (np.abs(step) * np.sqrt(curvature)).max() < MODE_FOUND:
                return Mode(place, 1.0 / np.sqrt(curvature), slopes)
            low, high = np.where(slope > 0, place, low), np.where(slope > 0, high, place)
            moved = place + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
            beyond = ((moved <= low) | (moved >= high)) & (moved != place)
            place = np.where(beyond, (low + high) / 2.0, moved)
        return None

    def _at(self, parameters: Floats, mode: Mode) -> Point:
        coefficients, sigma, shape = self._parts(parameters)
        kernel, n = self.kernel, self.kernel.counts
        u = mode.place[:, None] + mode.width[:, None] * self.tau
        eta = (kernel.rows @ coefficients)[:, None, :] + sigma * u[:, :, None]
        slopes = kernel.slopes(eta, shape)
        joint = slopes.value.sum(axis=2) + sigma * kernel.total[:, None] * u - u**2 / 2.0
        logs = joint + self._log_weights
        top = logs.max(axis=1)
        share = np.exp(logs - top[:, None])
        sums = share.sum(axis=1)
        apart = kernel.apart(coefficients)
        log_likelihood = n @ (top + np.log(sums) + np.log(mode.width))
        log_likelihood += kernel.linear @ coefficients + apart.value
        by_shape, bend = kernel.by_shape(eta, shape) if kernel.shaped else (None, None)
        nodes = Nodes(u, share / sums[:, None], slopes, self._scores(slopes, u, by_shape), bend)
        gradient = self._gradient(nodes, mode, sigma)
        gradient[: self.p] += kernel.linear + apart.gradient
        return Point(parameters, -2.0 * float(log_likelihood), -2.0 * gradient, mode, nodes)

    def _scores(self, slopes: Slopes, u: Floats, by_shape: Floats | None) -> Floats:
        """The derivatives of the joint log density at each node, (cells, nodes, parameters)."""
        parts = [slopes.first @ self.kernel.rows]
        parts.append((u * (self.kernel.total[:, None] + slopes.first.sum(axis=2)))[:, :, None])
        if by_shape is not None:
            parts.append(by_shape.sum(axis=2)[:, :, None])
        return np.concatenate(parts, axis=2)

    def _gradient(self, nodes: Nodes, mode: Mode, sigma: float) -> Floats:
        """The mean score, and what the nodes' moving with the parameters adds: nothing, were they many."""
        n, width = self.kernel.counts, mode.width
        drift = sigma * (self.kernel.total[:, None] + nodes.slopes.first.sum(axis=2)) - nodes.u
        by_place = (nodes.share * drift).sum(axis=1)
        by_width = (nodes.share * drift) @ self.tau + 1.0 / width
        place, spread = self._moves(mode, sigma)
        mean = np.einsum("kq,kqi->ki", nodes.share, nodes.scores)
        return np.asarray(n @ (mean + by_place[:, None] * place + by_width[:, None] * spread))

    def _moves(self, mode: Mode, sigma: float) -> tuple[Floats, Floats]:
        """The derivatives of mode and width by the parameters, each (cells, parameters)."""
        rows, (_, first, second, third) = self.kernel.rows, mode.slopes
        bend, jerk = second.sum(axis=1), third.sum(axis=1)
        of_slope = [sigma * np.einsum("kr,krp->kp", second, rows)]
        of_bend = [sigma**2 * np.einsum("kr,krp->kp", third, rows)]
        of_slope.append((self.kernel.total + first.sum(axis=1) + sigma * mode.place * bend)[:, None])
        of_bend.append((2.0 * sigma * bend + sigma**2 * mode.place * jerk)[:, None])
        if self.kernel.shaped:  # f is proportional to the shape wherever η stands
            of_slope.append(sigma * first.sum(axis=1)[:, None])
            of_bend.append(sigma**2 * bend[:, None])
        place = mode.width[:, None] ** 2 * np.concatenate(of_slope, axis=1)
        along = np.concatenate(of_bend, axis=1) + (sigma**3 * jerk)[:, None] * place
        return place, mode.width[:, None] ** 3 / 2.0 * along

    def _by_louis(self, point: Point) -> Floats:
        """The mean curvature of the joint density, plus the variance of its score."""
        nodes, p = point.nodes, self.p
        n, rows, slopes = self.kernel.counts, self.kernel.rows, nodes.slopes
        weighted = n[:, None] * nodes.share
        total = _variance(nodes, n)
        own = np.einsum("kq,kqr->kr", weighted, slopes.second)
        crossed = np.einsum("kq,kqr->kr", weighted * nodes.u, slopes.second)
        total[:p, :p] += np.einsum("kr,krp,krs->ps", own, rows, rows, optimize=True)
        total[:p, p] += np.einsum("kr,krp->p", crossed, rows)
        total[p, p] += np.einsum("kq,kqr->", weighted * nodes.u**2, slopes.second)
        if nodes.bend_by_shape is not None:
            total[:p, -1] += np.einsum("kq,kqr,krp->p", weighted, slopes.first, rows, optimize=True)
            total[p, -1] += np.einsum("kq,kqr->", weighted * nodes.u, slopes.first)
            total[-1, -1] += np.einsum("kq,kqr->", weighted, nodes.bend_by_shape)
        total[:p, :p] += self.kernel.apart(point.parameters[:p]).hessian
        upper = np.triu(total)
        return -2.0 * (upper + np.triu(upper, 1).T)


def _variance(nodes: Nodes, counts: Floats) -> Floats:
    """Of the scores over the nodes, summed over the cells."""
    size = nodes.scores.shape[2]
    mean = np.einsum("kq,kqi->ki", nodes.share, nodes.scores)
    spread = (nodes.scores - mean[:, None, :]) * np.sqrt(counts[:, None] * nodes.share)[:, :, None]
    flat = spread.reshape(-1, size)
    return np.asarray(flat.T @ flat)
