"""Structures with valid thetas, and Sigma as its definition says, written out without any care for speed."""

from collections.abc import Sequence
from math import prod, sqrt

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance import STRUCTURES, GroupedCovariance, Structure
from analytics.mixed.covariance.random_slope import FanningIn, FanningOut, InterceptAlone
from analytics.mixed.coverage import Coverage
from analytics.mixed.spec import CovarianceName

VISITS = ("BL", "W1", "W2", "W12", "W26")
TIMES = (0.0, 1.0, 2.5, 12.0, 26.0)
# Nothing shared, one lag, and several lags.
SIZES = (1, 2, 4)
BOUNDARY: dict[str, type[Structure]] = {
    "intercept alone": InterceptAlone,
    "fanning out": FanningOut,
    "fanning in": FanningIn,
}
KINDS: dict[str, type[Structure]] = dict([*STRUCTURES.items(), *BOUNDARY.items()])
NAMES: tuple[CovarianceName, ...] = tuple(STRUCTURES)


def structure(kind: str, size: int = 4) -> Structure:
    return KINDS[kind](VISITS[:size], TIMES[:size])


def theta(kind: str, size: int, seed: int) -> Floats:
    """Valid, and different for each seed: from the covariances of a few random lines with noise."""
    random = np.random.default_rng(seed)
    height, slope = random.normal(size=(2, size + 4, 1))
    noise = random.normal(size=(size + 4, size)) * np.linspace(0.5, 1.0, size)
    values = height + slope * np.array(TIMES[:size]) / 10 + noise
    return structure(kind, size).start(values.T @ values / len(values))


def written_out(kind: str, size: int, theta: Floats) -> Floats:
    """Sigma, entry by entry."""
    values = theta.tolist()
    return np.array([[_entry(kind, size, values, s, t) for t in range(size)] for s in range(size)])


def _entry(kind: str, size: int, theta: list[float], s: int, t: int) -> float:
    low, high = min(s, t), max(s, t)
    same, lag = float(s == t), high - low
    if kind in ("cs", "ri", "intercept alone"):
        return theta[0] + theta[1] * same
    if kind == "un":
        return theta[high * (high + 1) // 2 + low]
    if kind == "diag":
        return theta[s] * same
    if kind == "toep":
        return theta[lag]
    if kind == "ris":
        g11, g12, g22, residual = theta
        return g11 + g12 * (TIMES[s] + TIMES[t]) + g22 * TIMES[s] * TIMES[t] + residual * same
    if kind in ("fanning out", "fanning in"):
        a, b, residual = theta
        return (a + b * TIMES[s]) * (a + b * TIMES[t]) + residual * same
    variances = theta[:size] if kind.endswith("h") else theta[:1] * size
    rho = theta[size:] if kind.endswith("h") else theta[1:]
    correlation = 1.0 if s == t else _correlation(kind.removesuffix("h"), rho, low, high)
    return sqrt(variances[s] * variances[t]) * correlation


def _correlation(kind: str, rho: list[float], low: int, high: int) -> float:
    if kind == "ar1":
        return float(rho[0] ** (high - low))
    if kind == "ad":
        return prod(rho[low:high])
    return rho[0] if kind == "cs" else rho[high - low - 1]


def coverage(
    together: Sequence[Sequence[int]], constant: tuple[int, ...] = (), two: int | None = None
) -> Coverage:
    """Of as many participants as the best attended visit has, of whom `two` have two visits or more."""
    counts = np.array(together, dtype=np.int64)
    size = len(counts)
    others = int(np.triu(counts, 1).max())
    return Coverage(
        visits=VISITS[:size],
        n_participants=int(counts.max()),
        together=counts,
        constant=tuple(s in constant for s in range(size)),
        with_two_visits=others if two is None else two,
    )


def full(size: int, participants: int = 20) -> Coverage:
    """Everybody came to every visit."""
    return coverage([[participants] * size] * size)


def is_valid(found: Structure | GroupedCovariance, at: Floats) -> bool:
    """Within the bounds, and Sigma positive definite."""
    if not found.admits(at):
        return False
    try:
        np.linalg.cholesky(found.sigma(at))
    except np.linalg.LinAlgError:
        return False
    return True
