"""Estimates under a scenario, each missing value at its expectation: from the statistics, without any draw.

Completed cross-products are linear maps of those observed, so the cost does not depend on the number of
participants. Standard errors are those of the jackknife, for which each participant is left out and the model
fitted again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.diagnostics.influence import Refit
from analytics.mixed.estimate import Estimate, students
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result
from analytics.mixed.sensitivity.completion import Parameters, completion
from analytics.mixed.sensitivity.scenario import Scenario
from analytics.mixed.sensitivity.targets import Targets

FEWEST_REFITS = 3


@dataclass(frozen=True, eq=False)
class Jackknifed:
    """The targets at the data, `whole` (targets,), and without each participant, `left` (refits, targets)."""

    whole: Floats
    left: Floats

    def standard_errors(self) -> Floats:
        """Of each target, shape (targets,)."""
        n = len(self.left)
        squares = ((self.left - self.left.mean(axis=0)) ** 2).sum(axis=0)
        return np.asarray(np.sqrt((n - 1) / n * squares))


def under(result: Result, refits: Sequence[Refit], targets: Targets, scenario: Scenario) -> Jackknifed:
    """Raises NotEstimable where hardly anybody can be left out."""
    fitted = [refit.result for refit in refits if refit.result is not None]
    if len(fitted) < FEWEST_REFITS:
        raise NotEstimable(
            "The model cannot be fitted again without single participants, so these estimates would have no "
            "standard error. Wait for more data."
        )
    left = {id(each): completed_estimates(each, targets, scenario) for each in fitted}
    return Jackknifed(
        completed_estimates(result, targets, scenario), np.array([left[id(each)] for each in fitted])
    )


def estimates(result: Result, targets: Targets, found: Jackknifed) -> tuple[Estimate, ...]:
    """With the degrees of freedom that the model itself has for each target."""
    declared = targets.estimates(result)
    dfs = np.array([each.df for each in declared])
    labels = tuple(each.label for each in declared)
    return students(labels, found.whole, found.standard_errors(), dfs, result.spec.level)


def completed_estimates(result: Result, targets: Targets, scenario: Scenario) -> Floats:
    """The targets by generalised least squares of the completed data, shape (targets,).

    Under "mar" without delta they are those of the model itself.
    """
    parameters = Parameters.of(result, targets.reference, targets.control)
    p, r = len(result.names), 1 + len(result.statistics.columns)
    information, score = np.zeros((p, p)), np.zeros(p)
    for arm, products in enumerate(_completed(result, parameters, scenario)):
        maps = result.design.maps[arm]
        weights = np.linalg.inv(parameters.sigma[arm if len(parameters.sigma) > 1 else 0])
        weighted = np.einsum("st,spc->tpc", weights, maps)
        information += np.einsum("tpc,cd,tqd->pq", weighted, products[:r, :r], maps)
        score += np.einsum("tpc,ct->p", weighted, products[:r, r:])
    return np.asarray(targets.rows(result) @ np.linalg.solve(information, score))


def _completed(result: Result, parameters: Parameters, scenario: Scenario) -> Floats:
    """The cross-products of (1, u, y) with every y there is or was put in, shape (arms, d, d)."""
    statistics = result.statistics
    units = np.array([float(unit) for unit in statistics.quanta()])
    matrices = statistics.matrices().astype(np.float64) * np.outer(units, units)
    arms = {arm: number for number, arm in enumerate(statistics.arms or ("",))}
    kept = np.eye(len(units))[: 1 + len(statistics.columns)]
    total = np.zeros((len(arms), *matrices.shape[1:]))
    at_random = Scenario()
    for stratum, products in zip(statistics.products, matrices, strict=True):
        number = arms[stratum.arm]
        of_stratum = at_random if stratum.awaited else scenario
        found = completion(parameters, of_stratum, number, np.array(stratum.attended))
        whole = np.concatenate([kept, found.map])
        total[number] += whole @ products @ whole.T
    return total
