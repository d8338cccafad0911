"""Residuals of each value, in three standardisations, and its leverage."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.people import People
from analytics.mixed.refusals import InputRefused
from analytics.mixed.result import Result


@dataclass(frozen=True)
class Residual:
    """Of one value, in units of its own standard deviation where nothing else is said.

    `fitted` and `value` are in units of the outcome. `marginal`: the value against the mean of the model.
    `conditional`: against what the participant's other values predict as well; for a model with random
    effects it is the residual about the participant's own curve. `cholesky`: against what the earlier values
    predict; under the model all of these are independent. `leverage` is the share of the value in its own
    fitted mean; over all values it sums to the number of coefficients.
    """

    participant: str
    visit: str
    value: float
    fitted: float
    marginal: float
    conditional: float
    cholesky: float
    leverage: float


def residuals(result: Result, people: People) -> tuple[Residual, ...]:
    """Of each value of these participants, in their order; they must be those of the fit.

    Refuses a model with a random site: its participants are not independent.
    """
    if result.spec.random_site:
        raise InputRefused("Residuals are not offered for a model with a random site.")
    rows = people.rows(result.design)
    groups = people.arm_numbers if len(result.sigma) > 1 else np.zeros_like(people.arm_numbers)
    return tuple(
        residual
        for number, code in enumerate(people.codes)
        for residual in _of_participant(
            result, code, rows[number], people.outcomes[number], result.sigma[groups[number]]
        )
    )


def _of_participant(
    result: Result, code: str, rows: Floats, outcomes: Floats, sigma: Floats
) -> Iterator[Residual]:
    seen = np.flatnonzero(~np.isnan(outcomes))
    x, own = rows[seen], sigma[np.ix_(seen, seen)]
    fitted = x @ result.beta
    raw = outcomes[seen] - fitted
    spread = x @ result.vcov @ x.T
    inverse = np.linalg.inv(own)
    weighted = inverse @ raw
    marginal = raw / _deviations(own - spread)
    conditional = weighted / _deviations(inverse - inverse @ spread @ inverse)
    cholesky = np.linalg.solve(np.linalg.cholesky(own), raw)
    leverage = np.diag(spread @ inverse)
    columns = (outcomes[seen], fitted, marginal, conditional, cholesky, leverage)
    for place, numbers in zip(seen, np.transpose(columns), strict=True):
        yield Residual(code, result.visits[place], *map(float, numbers))


def _deviations(covariance: npt.NDArray[Any]) -> Floats:
    """NaN for a value that the model cannot but reproduce."""
    variances = np.diag(covariance).copy()
    variances[variances <= 1e-12 * np.abs(np.diag(covariance)).max()] = np.nan
    return np.asarray(np.sqrt(variances))
