"""Outcomes drawn from a multivariate normal distribution, as they would be recorded."""

from decimal import Decimal

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.fitting import fit
from analytics.mixed.people import People
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result

# Drawn outcomes are kept in this share of the recorded unit: finer than any conclusion, and exact to add up.
FINER = Decimal("0.001")
# How often a draw that no model can be fitted to is made anew.
ATTEMPTS = 20


def rounded(outcomes: Floats, precision: Decimal) -> Floats:
    """To the nearest multiples, as the doubles that stand for them."""
    numerator, denominator = precision.as_integer_ratio()
    whole = np.rint(outcomes * denominator / numerator)
    return np.asarray(whole * numerator / denominator)


def normal(rng: np.random.Generator, count: int, sigma: Floats) -> Floats:
    """`count` rows with mean zero and covariance `sigma`."""
    return np.asarray(rng.standard_normal((count, len(sigma))) @ np.linalg.cholesky(sigma).T)


def redrawn(result: Result, people: People, rng: np.random.Generator) -> Result:
    """The model fitted to outcomes that it has drawn itself for the same participants, missing where theirs
    are: one draw of what the parameters may be (parametric bootstrap).

    Raises NotEstimable where many draws in turn cannot be fitted.
    """
    means = people.rows(result.design) @ result.beta
    groups = people.arm_numbers if len(result.sigma) > 1 else np.zeros_like(people.arm_numbers)
    precision = people.shape.precision * FINER
    for _ in range(ATTEMPTS):
        outcomes = np.empty_like(means)
        for group, sigma in enumerate(result.sigma):
            here = groups == group
            outcomes[here] = means[here] + normal(rng, int(here.sum()), sigma)
        drawn = np.where(people.attended, rounded(outcomes, precision), np.nan)
        try:
            found = fit(people.statistics(drawn, precision), result.spec)
        except NotEstimable:
            continue
        if found.converged:
            return found
    raise NotEstimable(
        "Data drawn from the fitted model could not be fitted again: they are too few for a statement about "
        "their uncertainty. Wait for more data."
    )
