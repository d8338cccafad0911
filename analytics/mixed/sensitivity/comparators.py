"""Two ways to handle missing values that are shown only to be compared: completers, and the last value
carried forward. Neither is valid when values are missing at random.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.fitting import fit
from analytics.mixed.marker import N_
from analytics.mixed.people import People
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result

Comparator = Literal["completers", "locf"]

COMPARATORS_IN_WORDS: Mapping[Comparator, str] = {
    "completers": N_("completers only"),
    "locf": N_("last value carried forward"),
}


def compare(result: Result, people: People, comparator: Comparator) -> Result:
    """The declared model fitted to those with a value at every visit, or with the last value carried forward.

    Raises NotEstimable where they cannot carry the model.
    """
    outcomes = people.outcomes
    if comparator == "completers":
        outcomes = np.where(people.attended.all(axis=1, keepdims=True), outcomes, np.nan)
        if np.isnan(outcomes).all():
            raise NotEstimable("No participant has a value at every visit yet.")
    else:
        outcomes = _carried_forward(people)
    fallbacks = tuple(name for name in result.spec.fallbacks if name != result.covariance)
    spec = replace(result.spec, covariance=result.covariance, fallbacks=fallbacks)
    return fit(people.statistics(outcomes, people.shape.precision), spec)


def _carried_forward(people: People) -> Floats:
    """A value stands for those missing after it; what is missing before any, or awaited, stays so."""
    carried = people.outcomes.copy()
    for visit in range(1, carried.shape[1]):
        gone = np.isnan(carried[:, visit]) & ~(people.awaited & (visit > people.last))
        carried[gone, visit] = carried[gone, visit - 1]
    return carried
