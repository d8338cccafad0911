"""What the parameters of a covariance need of the data; each refusal says where, how many, what to do."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.coverage import Coverage, have
from analytics.mixed.refusals import NotEstimable

REMEDY = "Wait for more data, leave the visit out, or use a covariance with fewer parameters (cs)."

# A residual variance below this share of the largest is rounding error.
NO_VARIANCE = 1e-13


def need_each_variance(coverage: Coverage) -> None:
    """At every visit at least two values that are not all the same."""
    for s, visit in enumerate(coverage.visits):
        n = int(coverage.together[s, s])
        if n < 2:
            raise NotEstimable(
                f"{have(n)} a value at {visit} ({coverage.counts()}); the variance at {visit} "
                f"needs at least 2. {REMEDY}"
            )
        if coverage.constant[s]:
            raise NotEstimable(
                f"All {n} values at {visit} are the same, so the variance at {visit} is zero and the "
                f"likelihood has no maximum. Check the values. {REMEDY}"
            )


def need_together(coverage: Coverage, s: int, t: int, parameter: str) -> None:
    """At least two participants with values at both visits s and t; `parameter` is what they are for."""
    n = int(coverage.together[s, t])
    if n < 2:
        raise NotEstimable(
            f"{have(n)} values at both {coverage.visits[s]} and {coverage.visits[t]} "
            f"({coverage.counts()}); their {parameter} needs at least 2. {REMEDY}"
        )


def need_each_lag(coverage: Coverage, parameter: str) -> None:
    """For each lag a pair of visits at that lag with at least two participants."""
    for lag in range(1, len(coverage.visits)):
        n = int(np.diagonal(coverage.together, lag).max())
        if n < 2:
            raise NotEstimable(
                f"{have(n)} values at any one pair of visits at lag {lag} ({coverage.counts()}); the "
                f"{parameter} at lag {lag} needs at least 2. {REMEDY}"
            )


def need_two_visits(coverage: Coverage, purpose: str) -> None:
    """At least two participants with two visits or more; `purpose` completes "needed to"."""
    if coverage.with_two_visits < 2:
        raise NotEstimable(
            f"{have(coverage.with_two_visits)} values at two visits or more ({coverage.counts()}); at "
            f"least 2 are needed to {purpose}. Wait for more visits."
        )


def residual_variances(visits: tuple[str, ...], moments: Floats) -> Floats:
    """The diagonal of `moments`, every entry of which must be more than rounding error."""
    variances = np.diag(moments)
    for visit, variance in zip(visits, variances, strict=True):
        if variance <= NO_VARIANCE * variances.max():
            raise NotEstimable(
                f"The means of the model reproduce every value at {visit}, so the variance at {visit} is "
                f"zero and the likelihood has no maximum. Check the values. {REMEDY}"
            )
    return variances


def mean_variance(moments: Floats) -> float:
    """The mean of the diagonal of `moments`, which must not be zero."""
    variance = float(np.trace(moments)) / len(moments)
    if variance <= 0:
        raise NotEstimable(
            "The means of the model reproduce every value exactly, so no variance is left and the "
            "likelihood has no maximum. Check the values; if they are right, wait for more data."
        )
    return variance
