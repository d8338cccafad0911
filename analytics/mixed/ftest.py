"""F tests of several contrasts at once. Source: docs/explanation/statistics/f-tests.md."""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.refusals import NotEstimable

TOO_FEW = (
    "The data are too few for a Kenward–Roger F test of these contrasts: its moments do not exist. Test each "
    "contrast alone, or use a covariance with fewer parameters (cs)."
)


@dataclass(frozen=True)
class FTest:
    """`statistic` is F, scaled where the method scales it; `numerator` is the rank of the contrasts."""

    statistic: float
    numerator: int
    denominator: float
    p: float


def f_test(statistic: float, numerator: int, denominator: float) -> FTest:
    """With its p value; an infinite denominator gives the chi-squared test."""
    # Here and not above: it takes a third of a second, in which processes that never fit would not start.
    from scipy.special import chdtrc, fdtrc

    tail = (
        chdtrc(numerator, numerator * statistic)
        if denominator == np.inf
        else fdtrc(numerator, denominator, statistic)
    )
    return FTest(float(statistic), numerator, float(denominator), float(tail))


def wald(values: Floats, covariance: Floats) -> float:
    """values' covariance⁻¹ values / q for q independent contrasts."""
    return float(values @ np.linalg.solve(covariance, values) / len(values))


def kenward_roger_scale(
    weights: Floats, phi: Floats, phi_derivatives: Floats, theta_covariance: Floats
) -> tuple[float, float]:
    """The factor λ on the Wald F and the denominator degrees of freedom, for weights (q, p) of rank q.

    Without a scale, and infinite, where the contrasts depend on no free parameter. Raises NotEstimable where
    the moments that they are matched to do not exist.
    """
    q = len(weights)
    inverse = np.linalg.inv(weights @ phi @ weights.T)
    # Θ Φ P_k Φ of the article is -Θ dΦ/dθ_k; the signs cancel in both sums
    changes = weights @ phi_derivatives @ weights.T
    relative = inverse @ changes
    traces = np.einsum("kii->k", relative)
    a1 = float(traces @ theta_covariance @ traces)
    a2 = float(np.einsum("kl,kij,lji->", theta_covariance, relative, relative))
    if a2 == 0.0:
        return 1.0, float(np.inf)
    if q == 1:
        return 1.0, 2.0 / a2
    b = (a1 + 6.0 * a2) / (2.0 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    base = 3.0 * q + 2.0 * (1.0 - g)
    c1, c2, c3 = g / base, (q - g) / base, (q + 2 - g) / base
    if a2 >= q:
        raise NotEstimable(TOO_FEW)
    mean = 1.0 / (1.0 - a2 / q)
    variance = (2.0 / q) * (1.0 + c1 * b) / ((1.0 - c2 * b) ** 2 * (1.0 - c3 * b))
    ratio = variance / (2.0 * mean**2)
    if q * ratio <= 1.0:
        raise NotEstimable(TOO_FEW)
    denominator = 4.0 + (q + 2) / (q * ratio - 1.0)
    return denominator / (mean * (denominator - 2.0)), denominator


def satterthwaite_denominator(dfs: Floats) -> float:
    """From the degrees of freedom of the independent one-row contrasts (Fai and Cornelius)."""
    if np.ptp(dfs) < 1e-8:
        return float(dfs.mean())
    if dfs.min() <= 2:
        return 2.0
    expected = float((dfs / (dfs - 2.0)).sum())
    return 2.0 * expected / (expected - len(dfs))
