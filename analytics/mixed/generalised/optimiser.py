"""The maximum of a generalised likelihood: Newton steps with Louis' Hessian, halved where they do not
improve.
"""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.generalised.likelihood import GeneralisedLikelihood, Point
from analytics.mixed.optimiser import solve_positive

ITERATIONS = 200
# On g'H⁻¹g, the squared distance from the maximum in standard errors of the parameters (times two).
CONVERGED = 1e-18
# Where rounding forbids further progress, this is near enough.
STALLED = 1e-12
# The least curvature of a direction, relative to the largest, with which a step is bounded.
FLATTEST = 1e-3


@dataclass(frozen=True, eq=False)
class Optimum:
    """`decrement` is g'H⁻¹g at the end; `message` is empty when the search converged."""

    point: Point
    decrement: float
    iterations: int
    message: str

    @property
    def converged(self) -> bool:
        return not self.message


def maximise(likelihood: GeneralisedLikelihood, start: Floats) -> Optimum:
    """From a valid start; deterministic."""
    point = likelihood.at(start)
    assert point is not None  # the start is ours
    previous = np.inf
    for iteration in range(ITERATIONS):
        direction, newton = _direction(likelihood, point)
        decrement = float(-point.gradient @ direction)
        stalled = decrement < STALLED and decrement > previous / 4
        if newton and (decrement < CONVERGED or stalled):
            return Optimum(_upright(likelihood, point), decrement, iteration, "")
        found = _search(likelihood, point, direction)
        if found is None:
            message = "" if newton and decrement < STALLED else _stopped(iteration)
            return Optimum(_upright(likelihood, point), decrement, iteration, message)
        point, previous = found, decrement
    return Optimum(point, decrement, ITERATIONS, _stopped(ITERATIONS))


def _upright(likelihood: GeneralisedLikelihood, point: Point) -> Point:
    """The likelihood is even in σ: of its two maxima, that with a positive one."""
    if point.parameters[likelihood.p] >= 0:
        return point
    turned = point.parameters.copy()
    turned[likelihood.p] *= -1.0
    return likelihood.at(turned, -point.mode.place) or point


def _stopped(iterations: int) -> str:
    return (
        f"The search for the maximum stopped after {iterations} iterations at a point that is not a maximum; "
        "do not use the estimates."
    )


def _direction(likelihood: GeneralisedLikelihood, point: Point) -> tuple[Floats, bool]:
    curvature = likelihood.curvature(point)
    newton = solve_positive(curvature, point.gradient)
    if newton is not None:
        return -newton, True
    values, axes = np.linalg.eigh(curvature)
    size = np.maximum(np.abs(values), FLATTEST * np.abs(values).max())
    return np.asarray(-axes @ ((axes.T @ point.gradient) / size)), False


def _search(likelihood: GeneralisedLikelihood, point: Point, direction: Floats) -> Point | None:
    """The first of the halved steps that does not lower the likelihood, or None."""
    slack = 1e-13 * max(1.0, abs(point.value))
    share = 1.0
    while share > 1e-10:
        found = likelihood.at(point.parameters + share * direction, point.mode.place)
        if found is not None and found.value <= point.value + slack:
            return found
        share /= 2
    return None
