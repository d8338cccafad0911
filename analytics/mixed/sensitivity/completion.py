"""The values that a scenario puts in place of missing ones: linear maps of what was observed.

Source: docs/explanation/statistics/missing-data.md, whose symbols are used here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.design import Design
from analytics.mixed.refusals import InputRefused
from analytics.mixed.result import Result
from analytics.mixed.sensitivity.scenario import Scenario

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Parameters:
    """What imputation needs of a fit.

    `means` (arms, visits, 1 + columns) maps (1, u) to a participant's means, `sigma` is (groups, visits,
    visits), `reference` holds the maps of the reference, which is the arm of number `control`, or no arm.
    """

    means: Floats
    sigma: Floats
    reference: Floats
    control: int | None

    @classmethod
    def of(cls, result: Result, reference_visit: str, control: str | None = None) -> "Parameters":
        """`control` is the reference arm (default: the first). Refuses a visit or an arm not in the model."""
        if result.spec.random_site:
            raise InputRefused("Missing values are not imputed from a model with a random site.")
        if reference_visit not in result.visits:
            raise InputRefused(
                f"The model has no visit {reference_visit!r}; its visits are {', '.join(result.visits)}."
            )
        if control is not None and control not in result.arms:
            raise InputRefused(f"The model has no arm {control!r}; its arms are {', '.join(result.arms)}.")
        means = _means(result.design, result.beta)
        if result.arms:
            number = result.arms.index(control) if control else 0
            return cls(means, result.sigma, means[number], number)
        level = means[0, result.visits.index(reference_visit)]
        return cls(means, result.sigma, np.tile(level, (len(result.visits), 1)), None)


@dataclass(frozen=True, eq=False)
class Completion:
    """Of the participants of one arm with one pattern: completed outcomes are `map` (visits, d) times the
    vector (1, u, y), plus, for a draw, normal noise with covariance `spread` (missing, missing) at the visits
    `missing`.
    """

    map: Floats
    spread: Floats
    missing: npt.NDArray[np.intp]


def completion(parameters: Parameters, scenario: Scenario, arm: int, attended: Flags) -> Completion:
    """`arm` is its number; `attended` (visits,) must have a visit."""
    means = parameters.means[arm]
    sigma = parameters.sigma[arm if len(parameters.sigma) > 1 else 0]
    visits, columns = means.shape
    seen, missing = np.flatnonzero(attended), np.flatnonzero(~attended)
    last = int(seen[-1])
    dropped_out = last < visits - 1
    of_scenario = _scenario_means(parameters, scenario, means, last) if dropped_out else means
    gain = np.linalg.solve(sigma[np.ix_(seen, seen)], sigma[np.ix_(seen, missing)]).T
    found = np.zeros((visits, columns + visits))
    found[seen, columns + seen] = 1.0
    found[missing, :columns] = of_scenario[missing] - gain @ of_scenario[seen]
    found[np.ix_(missing, columns + seen)] = gain
    if arm != parameters.control:
        found[missing[missing > seen[-1]], 0] += scenario.delta
    spread = sigma[np.ix_(missing, missing)] - gain @ sigma[np.ix_(seen, missing)]
    return Completion(found, spread, missing)


def _scenario_means(parameters: Parameters, scenario: Scenario, means: Floats, last: int) -> Floats:
    """The maps of the means that a participant's values are taken to have."""
    reference = parameters.reference
    if scenario.strategy == "cr":
        return reference
    found = means.copy()
    if scenario.strategy == "j2r":
        found[last + 1 :] = reference[last + 1 :]
    if scenario.strategy == "cir":
        found[last + 1 :] = means[last] + reference[last + 1 :] - reference[last]
    return found


def _means(design: Design, beta: Floats) -> Floats:
    return np.asarray(np.einsum("aspc,p->asc", design.maps, beta))
