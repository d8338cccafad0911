"""The maximum of the likelihood: Newton steps, Fisher steps where the surface is not convex, bounds by
active set.

A parameter on its bound is held there while the likelihood would rise only beyond the bound, and released
when it would rise inside. A step that does not improve is halved.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.likelihood import Likelihood, Point, Profile
from analytics.mixed.refusals import NotEstimable

ITERATIONS = 200
# On g'H⁻¹g, the squared distance from the maximum in standard errors of the parameters (times two).
CONVERGED = 1e-20
# Where rounding forbids further progress, this is near enough.
STALLED = 1e-12
# The smallest eigenvalue or squared pivot, with the diagonal scaled to one, of a positive definite matrix.
DEFINITE = 1e-12
# Negative curvature relative to the expected information below which a direction only seems flat.
SADDLE = 1e-8
# Curvature relative to the expected information below which a step would be too long to be believed.
FLAT = 0.1
# The least share of a visit's variance that the visits before it may leave before Sigma counts as singular.
SINGULAR = 1e-6
# A slope per standard error of its parameter below which it may be rounding.
NO_SLOPE = 1e-9
# The least variance, relative to the largest, before it counts as zero.
NO_VARIANCE = 1e-10

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Optimum:
    """`free` marks the parameters that were not held at a bound; `message` is empty when the search
    converged; `decrement` is g'H⁻¹g at the end.
    """

    point: Point
    free: Flags
    decrement: float
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
    first = likelihood.profile(start)
    if first is None:
        raise NotEstimable(
            "The search for the maximum found no place to start. Use a covariance with fewer parameters (cs)."
        )
    point = likelihood.at(first)
    previous = np.inf
    for iteration in range(ITERATIONS):
        _check_not_singular(point.profile)
        step = _step(point, likelihood.lower)
        stalled = step.decrement < STALLED and step.decrement > previous / 4
        if step.newton and (step.decrement < CONVERGED or stalled):
            return Optimum(point, step.free, step.decrement, iteration, "")
        found = _search(likelihood, point, step)
        if found is None:
            near = step.newton and step.decrement < STALLED
            message = "" if near else _stuck(iteration)
            return Optimum(point, step.free, step.decrement, iteration, message)
        point, previous = likelihood.at(found), step.decrement
    message = f"The search for the maximum took more than {ITERATIONS} iterations; do not use the estimates."
    step = _step(point, likelihood.lower)
    return Optimum(point, step.free, step.decrement, ITERATIONS, message)


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
    free = ~(bound & _rises(point)) if bound.any() else ~bound
    while True:
        direction, newton = _direction(point, free)
        pushed = free & bound & (direction < 0)
        if not pushed.any():
            return Step(direction, free, float(-point.gradient @ direction), newton)
        free = free & ~pushed


def _rises(point: Point) -> Flags:
    """Where -2 log likelihood rises with the parameter, beyond rounding; else the curvature decides."""
    size = np.sqrt(np.maximum(np.diag(point.expected), 0.0))
    return np.asarray(point.gradient > NO_SLOPE * size)


def _direction(point: Point, free: Flags) -> tuple[Floats, bool]:
    """Of a Newton step (True), or of a step that descends although the curvature is not positive definite."""
    direction = np.zeros_like(point.theta)
    among = np.ix_(free, free)
    newton = solve_positive(point.hessian[among], point.gradient[free])
    direction[free] = -newton if newton is not None else _descent(point, free)
    return direction, newton is not None


def _descent(point: Point, free: Flags) -> Floats:
    among = np.ix_(free, free)
    hessian, gradient = point.hessian[among], point.gradient[free]
    root = _inverse_root(point.expected[among])
    curvature, axes = np.linalg.eigh(root @ hessian @ root.T)
    slopes = axes.T @ root @ gradient
    along = -slopes / np.maximum(np.abs(curvature), FLAT)
    # half a standard error along negative curvature, to the side where the slope, if any, descends
    escape = np.where(slopes > 0, -0.5, 0.5)
    along = np.where((curvature < -SADDLE) & (np.abs(along) < 0.5), escape, along)
    return np.asarray(root.T @ axes @ along)


def _inverse_root(information: Floats) -> Floats:
    """A matrix R with R information R' = 1."""
    diagonal = np.diag(information)
    if np.all(diagonal > 0) and np.all(np.isfinite(information)):
        size = np.sqrt(diagonal)
        values, axes = np.linalg.eigh(information / np.outer(size, size))
        if values.min(initial=1.0) >= DEFINITE:
            return np.asarray(axes.T / np.sqrt(values)[:, None] / size)
    raise NotEstimable(
        "The data do not determine all parameters of the covariance, or not in numbers of this precision. "
        "Check whether effects of the model already say what a variance would; else wait for more data, or "
        "use a covariance with fewer parameters (cs)."
    )


def solve_positive(matrix: Floats, right: Floats) -> Floats | None:
    """matrix⁻¹ right, or None when the matrix is not positive definite beyond rounding."""
    diagonal = np.diag(matrix)
    if not diagonal.min(initial=1.0) > 0:
        return None
    size = np.sqrt(diagonal)
    try:
        factor = np.linalg.cholesky(matrix / np.outer(size, size))
    except np.linalg.LinAlgError:
        return None
    if np.diag(factor).min(initial=1.0) ** 2 < DEFINITE:
        return None
    scaled = np.linalg.inv(factor) / size
    return np.asarray(scaled.T @ (scaled @ right))


def _search(likelihood: Likelihood, point: Point, step: Step) -> Profile | None:
    """The first of the halved steps that does not lower the likelihood, or None."""
    slack = 1e-12 * max(1.0, abs(point.value))
    share = _share(point.theta, step.direction, likelihood.lower)
    while share > 1e-10:
        profile = likelihood.profile(_moved(point.theta, share * step.direction, likelihood.lower))
        if profile is not None and profile.value <= point.value + slack:
            return profile
        share /= 2
    return None


def _moved(theta: Floats, step: Floats, lower: Floats) -> Floats:
    """theta + step, exactly on the bound where rounding left it beside."""
    moved = theta + step
    return np.where(moved <= lower + 1e-12 * np.abs(theta).max(), lower, moved)


def _share(theta: Floats, direction: Floats, lower: Floats) -> float:
    """The largest share of the step, at most all of it, that ends on the bound and not beyond."""
    beyond = theta + direction < lower
    if not beyond.any():
        return 1.0
    return float(((lower[beyond] - theta[beyond]) / direction[beyond]).min())


def _check_not_singular(profile: Profile) -> None:
    if profile.weights.least_variance < NO_VARIANCE:
        raise NotEstimable(
            "The likelihood has no maximum: a variance tends to zero beside the others. Check the values, "
            "and whether effects of the model already say what it would; if both are right, wait for more "
            "data, or use a covariance with fewer parameters (cs)."
        )
    if profile.weights.least_share < SINGULAR:
        raise NotEstimable(
            "The likelihood has no maximum, or none that numbers of this precision can find: in the model, "
            "the values at some visits determine those at others. Check the values for copies; if they are "
            "right, wait for more data, or use a covariance with fewer parameters (cs)."
        )
