"""Random intercept and slope: participants differ by straight lines in the nominal time."""

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.covariance.linear import Linear
from analytics.mixed.covariance.margin import MARGIN
from analytics.mixed.covariance.random_intercept import RandomIntercept
from analytics.mixed.covariance.requirements import mean_variance
from analytics.mixed.covariance.structure import Structure
from analytics.mixed.coverage import Coverage
from analytics.mixed.refusals import InputRefused, NotEstimable

NAMES = (
    "variance of the intercept",
    "covariance of intercept and slope",
    "variance of the slope",
    "residual variance",
)
KNOWN = "standard errors and degrees of freedom treat that as known."


class RandomSlope(Linear):
    """Sigma = Z G Z' + residual · I, Z = [1, times]; parameters g11, g12, g22, residual variance.

    G need not be positive semidefinite here, only Sigma: then `beyond` has the structures of the boundary.
    """

    names = NAMES
    lower = np.array([-np.inf, -np.inf, -np.inf, 0.0])

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        self._visits, self._times = visits, _checked(visits, times)
        self.parts = _parts(self._times)

    def start(self, moments: Floats) -> Floats:
        centred, residual = _split(moments, self._times)
        to_lines = _to_lines(self._times)
        g = to_lines @ centred @ to_lines.T
        return np.array([g[0, 0], g[0, 1], g[1, 1], residual])

    def check(self, coverage: Coverage) -> None:
        seen = self.parts[:, np.triu(coverage.together >= 2)]
        size = np.abs(seen).max(axis=1, initial=0.0, keepdims=True)
        if np.linalg.matrix_rank(seen / np.where(size > 0, size, 1.0)) < len(NAMES):
            raise NotEstimable(
                f"The visits that at least 2 participants share ({coverage.counts()}) do not tell apart the "
                "variances of intercept and slope, their covariance and the residual variance; that takes at "
                "least 3 visits at different times. Wait for more visits, or use a covariance with fewer "
                "parameters (ri)."
            )

    def beyond(self, theta: Floats) -> tuple[Structure, ...]:
        g11, g12, g22, _ = theta
        if g11 >= 0 and g22 >= 0 and g12**2 <= g11 * g22:
            return ()
        times = tuple(self._times)
        return (
            InterceptAlone(self._visits, times),
            FanningOut(self._visits, times),
            FanningIn(self._visits, times),
        )


class InterceptAlone(RandomIntercept):
    """The random slope at its boundary where the slope does not vary."""

    boundary = f"The random slope was estimated as the same for all participants; {KNOWN}"
    held = ("variance of the slope",)

    def reported(self, theta: Floats) -> tuple[tuple[str, ...], Floats]:
        between, residual = theta
        return NAMES, np.array([between, 0.0, 0.0, residual])


class PerfectlyCorrelated(Structure):
    """The random slope at its boundary where intercept and slope move together: G = (a, b)'(a, b).

    Parameters a, b (the standard deviations of intercept and slope, with signs) and residual variance. The
    likelihood can have a maximum for each sign of b; the two kinds differ in where the search begins.
    """

    names = ("deviation of the intercept", "deviation of the slope", "residual variance")
    lower = np.array([-np.inf, -np.inf, 0.0])
    boundary = f"The random intercept and slope were estimated as perfectly correlated; {KNOWN}"
    held = ("correlation of intercept and slope",)
    sign: float

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        self._times = _checked(visits, times)
        g11, g12, g22, residual = _parts(self._times)
        self._residual = residual
        nothing = np.zeros_like(residual)
        self._second = frozen([[2 * g11, g12, nothing], [g12, 2 * g22, nothing], [nothing] * 3])

    def sigma(self, theta: Floats) -> Floats:
        line = theta[0] + theta[1] * self._times
        return np.asarray(line[:, None] * line + theta[2] * self._residual)

    def derivatives(self, theta: Floats) -> Floats:
        # the part of a and b is a quadratic form
        a, b, _ = theta
        derivatives = a * self._second[0] + b * self._second[1]
        derivatives[2] = self._residual
        return np.asarray(derivatives)

    def second_derivatives(self, theta: Floats) -> Floats:
        return self._second

    def start(self, moments: Floats) -> Floats:
        g, residual = _split(moments, self._times)
        to_lines = _to_lines(self._times)
        a, b = to_lines @ (np.sqrt(np.diag(g)) * (1.0, self.sign))
        return np.array([a, b, residual])

    def check(self, coverage: Coverage) -> None:
        RandomSlope(coverage.visits, tuple(self._times)).check(coverage)

    def reported(self, theta: Floats) -> tuple[tuple[str, ...], Floats]:
        a, b, residual = theta
        return NAMES, np.array([a * a, a * b, b * b, residual])


class FanningOut(PerfectlyCorrelated):
    """The search begins with participants who move apart: those above the mean rise."""

    sign = 1.0


class FanningIn(PerfectlyCorrelated):
    """The search begins with participants who come together: those above the mean fall."""

    sign = -1.0


def _checked(visits: tuple[str, ...], times: tuple[float, ...]) -> Floats:
    if len(times) != len(visits):
        raise InputRefused(
            f"A random slope needs one nominal time for each of the {len(visits)} visits; got {len(times)}."
        )
    if not np.all(np.isfinite(times)):
        raise InputRefused("The nominal times of the visits must be finite.")
    return frozen(times)


def _parts(times: Floats) -> Floats:
    """Of g11, g12, g22 and the residual variance, shape (4, visits, visits)."""
    ones = np.ones_like(times)
    return frozen(
        [
            np.outer(ones, ones),
            np.outer(ones, times) + np.outer(times, ones),
            np.outer(times, times),
            np.eye(len(times)),
        ]
    )


def _split(moments: Floats, times: Floats) -> tuple[Floats, float]:
    """G of lines in centred time, positive definite, and the residual variance, positive, that come near to
    the moments.
    """
    variance = mean_variance(moments)
    centre, unit = _centred(times)
    parts = _parts((times - centre) / unit).reshape(len(NAMES), -1)
    g11, g12, g22, residual = np.linalg.lstsq(parts.T, moments.ravel(), rcond=None)[0]
    values, axes = np.linalg.eigh([[g11, g12], [g12, g22]])
    g = (axes * np.maximum(values, MARGIN * variance)) @ axes.T
    return np.asarray(g), max(float(residual), MARGIN * variance)


def _to_lines(times: Floats) -> Floats:
    """From (height, slope) in centred time to (intercept, slope)."""
    centre, unit = _centred(times)
    return np.array([[1.0, -centre / unit], [0.0, 1.0 / unit]])


def _centred(times: Floats) -> tuple[float, float]:
    """Where the times have their mean, and how far they reach from there: height and slope weigh alike."""
    centre = float(times.mean())
    return centre, float(np.abs(times - centre).max()) or 1.0
