"""What a simulated trial is drawn from: draws of what the pilot leaves possible."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.people import People
from analytics.mixed.refusals import InputRefused
from analytics.mixed.result import Result
from analytics.mixed.simulation import redrawn

# Jeffreys' prior of the chance to stay to the last visit; what it says of leaving is spread over the visits.
PRIOR = 0.5


@dataclass(frozen=True, eq=False)
class Assumption:
    """`means` (visits,) and `sigma` (visits, visits) of the pilot, the first visit being the baseline.

    `stays` (visits,) is the chance of still having values at each visit, 1 at the first and never rising.
    `effect` is what the treatment adds at every visit but the first, in units of the outcome.
    """

    means: Floats
    sigma: Floats
    stays: Floats
    effect: float


def assumptions(
    result: Result, people: People, rng: np.random.Generator, count: int, *, effect: float, share: float = 0.0
) -> tuple[Assumption, ...]:
    """Draws from what the pilot says: parameters by parametric bootstrap, dropout from its posterior.

    The effect is `effect` in units of the outcome, plus `share` times the change from the first to the last
    visit that was drawn. Refuses a pilot of several arms: it would have to say which of them is meant.
    """
    if len(result.sigma) > 1 or result.arms:
        raise InputRefused("The next trial is planned from a pilot of one arm.")
    if result.spec.random_site:
        raise InputRefused("The next trial is not planned from a model with a random site.")
    return tuple(_drawn(redrawn(result, people, rng), people, rng, effect, share) for _ in range(count))


def _drawn(
    drawn: Result, people: People, rng: np.random.Generator, effect: float, share: float
) -> Assumption:
    means = np.array([each.estimate for each in drawn.means()])
    return Assumption(
        means=frozen(means),
        sigma=drawn.sigma[0],
        stays=frozen(stays_drawn(people, rng)),
        effect=effect + share * float(means[-1] - means[0]),
    )


def stays_drawn(people: People, rng: np.random.Generator) -> Floats:
    """A draw of the chance to be seen at each visit or later, by the last visit with a value.

    Visit by visit of those who could leave before it: whoever is awaited neither stayed nor left yet.
    """
    visits = people.attended.shape[1]
    last, place = people.last[:, None], np.arange(1, visits)
    stayed = (last >= place).sum(axis=0)
    left = ((last == place - 1) & ~people.awaited[:, None]).sum(axis=0)
    leaving = np.full(visits - 1, PRIOR / max(visits - 1, 1))
    staying = PRIOR + leaving[::-1].cumsum()[::-1] - leaving
    return np.concatenate([[1.0], np.cumprod(rng.beta(stayed + staying, left + leaving))])


def known(means: Iterable[float], sigma: Any, stays: Iterable[float], effect: float) -> Assumption:
    """An assumption without uncertainty."""
    return Assumption(frozen(list(means)), frozen(sigma), frozen(list(stays)), effect)
