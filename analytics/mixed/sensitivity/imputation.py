"""Multiple imputation under a scenario, combined by Rubin's rules.

Each imputation draws the parameters from the fitted model (parametric bootstrap), then the missing values
given the observed ones, and fits the declared model to the completed data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.estimate import Estimate, students
from analytics.mixed.fitting import fit
from analytics.mixed.people import People
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result
from analytics.mixed.sensitivity.completion import Parameters, completion
from analytics.mixed.sensitivity.scenario import Scenario
from analytics.mixed.sensitivity.targets import Targets
from analytics.mixed.simulation import FINER, normal, rounded

FEWEST = 2


@dataclass(frozen=True, eq=False)
class Pooled:
    """`estimates` by Rubin's rules with the degrees of freedom of Barnard and Rubin; `missing_information`
    (targets,) is the share of the variance that is due to missing values. `imputations` were combined.
    """

    estimates: tuple[Estimate, ...]
    missing_information: Floats
    imputations: int


def impute(
    result: Result,
    people: People,
    parameter_draws: Iterable[Result],
    targets: Targets,
    scenario: Scenario,
    rng: np.random.Generator,
) -> Pooled:
    """One for each parameter draw (simulation.redrawn). Raises NotEstimable with fewer than two."""
    spec = replace(result.spec, covariance=result.covariance, fallbacks=())
    precision = people.shape.precision * FINER
    found: list[Sequence[Estimate]] = []
    for drawn in parameter_draws:
        completed = rounded(_completed(drawn, people, targets, scenario, rng), precision)
        refitted = fit(people.statistics(completed, precision), spec)
        if refitted.converged:
            found.append(targets.estimates(refitted))
    if len(found) < FEWEST:
        raise NotEstimable("Too few imputed data sets could be fitted. Wait for more data.")
    return combined(found, result.spec.level)


def combined(imputed: Sequence[Sequence[Estimate]], level: float) -> Pooled:
    """Rubin's rules, target by target, over the estimates of each imputed data set."""
    values = np.array([[each.estimate for each in one] for one in imputed])
    variances = np.array([[each.se**2 for each in one] for one in imputed])
    complete_df = np.array([[each.df for each in one] for one in imputed]).mean(axis=0)
    m = len(values)
    between = (1 + 1 / m) * values.var(axis=0, ddof=1)
    total = variances.mean(axis=0) + between
    share = between / total
    ses = np.sqrt(total)
    labels = tuple(each.label for each in imputed[0])
    dfs = _degrees_of_freedom(share, complete_df, m)
    return Pooled(students(labels, values.mean(axis=0), ses, dfs, level), share, m)


def _degrees_of_freedom(share: Floats, complete: Floats, m: int) -> Floats:
    """Barnard and Rubin (1999)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        of_imputation = np.where(share > 0, (m - 1) / share**2, np.inf)
        shrunken = np.where(np.isfinite(complete), (complete + 1) / (complete + 3) * complete, np.inf)
    observed = shrunken * (1 - share)
    return np.asarray(1 / (1 / of_imputation + 1 / observed))


def _completed(
    drawn: Result, people: People, targets: Targets, scenario: Scenario, rng: np.random.Generator
) -> Floats:
    """The outcomes with drawn values where there were none."""
    parameters = Parameters.of(drawn, targets.reference, targets.control)
    arms = people.arm_numbers if drawn.arms else np.zeros_like(people.arm_numbers)
    outcomes = people.outcomes.copy()
    kinds = np.column_stack([arms, people.awaited, people.attended])
    vectors = np.hstack([people.covariates, np.nan_to_num(people.outcomes)])
    for kind in np.unique(kinds, axis=0):
        here = np.flatnonzero((kinds == kind).all(axis=1))
        of_kind = Scenario() if kind[1] else scenario
        how = completion(parameters, of_kind, int(kind[0]), kind[2:].astype(bool))
        if len(how.missing):
            values = vectors[here] @ how.map[how.missing].T + normal(rng, len(here), how.spread)
            outcomes[np.ix_(here, how.missing)] = values
    return outcomes
