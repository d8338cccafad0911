"""The maximum of the likelihood: Newton steps, Fisher steps where the surface is not convex, bounds by
active set.

A parameter on its bound is held there while the likelihood would rise only beyond the bound, and released
when it would rise inside. A step that does not improve is halved.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.likelihood import Likelihood, Point
from analytics.mixed.refusals import NotEstimable

ITERATIONS = 200
# On g'H⁻¹g, the squared distance from the maximum in standard errors of the parameters (times two).
CONVERGED = 1e-20
# Where rounding of the likelihood forbids a further step, this is near enough.
STALLED = 1e-12
# The smallest eigenvalue that a correlation matrix of the visits may have before it counts as singular.
SINGULAR = 1e-9

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Optimum:
    """`free` marks the parameters that were not held at a bound; `message` is empty when the search
    converged.
    """

    point: Point
    free: Flags
    iterations: int
    message: str

    @property
    def converged(self) -> bool:
        return not self.message


@dataclass(frozen=True)
class Step:
    """A direction for theta, zero where held; `newton` says that the observed curvature was positive
    definite.
    """

    direction: Floats
    free: Flags
    decrement: float
    newton: bool


def maximise(likelihood: Likelihood, start: Floats) -> Optimum:
    """From a valid start. Raises NotEstimable when the covariance degenerates on the way."""
    point = likelihood.at(start)
    for iteration in range(ITERATIONS):
        _check_not_singular(likelihood, point.theta)
        step = _step(point, likelihood.structure.lower)
        if step.newton and step.decrement < CONVERGED:
            return Optimum(point, step.free, iteration, "")
        theta = _search(likelihood, point, step)
        if theta is None:
            near = step.newton and step.decrement < STALLED
            return Optimum(point, step.free, iteration, "" if near else _stuck(iteration))
        point = likelihood.at(theta)
    message = f"The search for the maximum took more than {ITERATIONS} iterations; do not use the estimates."
    return Optimum(point, _step(point, likelihood.structure.lower).free, ITERATIONS, message)


def _stuck(iteration: int) -> str:
    return (
        f"The search for the maximum stopped after {iteration} iterations at a point that is not a maximum; "
        "do not use the estimates."
    )


def _step(point: Point, lower: Floats) -> Step:
    """The step over the parameters that are free to move, holding those which it would push beyond their
    bound.
    """
    bound = point.theta <= lower
    free = ~(bound & (point.gradient >= 0))
    while True:
        direction, newton = _direction(point, free)
        pushed = free & bound & (direction < 0)
        if not pushed.any():
            return Step(direction, free, float(-point.gradient @ direction), newton)
        free = free & ~pushed


def _direction(point: Point, free: Flags) -> tuple[Floats, bool]:
    direction = np.zeros_like(point.theta)
    for curvature, newton in ((point.hessian, True), (point.expected, False)):
        solution = solve_positive(curvature[np.ix_(free, free)], point.gradient[free])
        if solution is not None:
            direction[free] = -solution
            return direction, newton
    raise NotEstimable(
        "The data do not determine all parameters of the covariance. Wait for more data, or use a covariance "
        "with fewer parameters (cs)."
    )


def solve_positive(matrix: Floats, right: Floats) -> Floats | None:
    """matrix⁻¹ right, or None when the matrix is not positive definite beyond rounding."""
    diagonal = np.diag(matrix)
    if not np.all(np.isfinite(matrix)) or np.any(diagonal <= 0):
        return None
    size = np.sqrt(diagonal)
    scaled = matrix / np.outer(size, size)
    if len(scaled) and np.linalg.eigvalsh(scaled)[0] < 1e-12:
        return None
    scale = size if right.ndim == 1 else size[:, None]
    return np.asarray(np.linalg.solve(scaled, right / scale) / scale)


def _search(likelihood: Likelihood, point: Point, step: Step) -> Floats | None:
    """The first of the halved steps that does not lower the likelihood, or None."""
    slack = 1e-12 * max(1.0, abs(point.value))
    share = _share(point.theta, step.direction, likelihood.structure.lower)
    while share > 1e-10:
        theta = np.maximum(point.theta + share * step.direction, likelihood.structure.lower)
        if likelihood.value(theta) <= point.value + slack:
            return theta
        share /= 2
    return None


def _share(theta: Floats, direction: Floats, lower: Floats) -> float:
    """The largest share of the step, at most all of it, that ends on the bound and not beyond."""
    beyond = theta + direction < lower
    if not beyond.any():
        return 1.0
    return float(((lower[beyond] - theta[beyond]) / direction[beyond]).min())


def _check_not_singular(likelihood: Likelihood, theta: Floats) -> None:
    sigma = likelihood.structure.sigma(theta)
    size = np.sqrt(np.diag(sigma))
    if np.linalg.eigvalsh(sigma / np.outer(size, size))[0] < SINGULAR:
        raise NotEstimable(
            "The likelihood has no maximum: the values at some visits determine those at the others exactly. "
            "Check the values for copies; if they are right, wait for more data, or use a covariance with "
            "fewer parameters (cs)."
        )
