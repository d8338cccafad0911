"""What `sensitivity` found."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from analytics.mixed.command.answers.head import head
from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.answers.row import label, row
from analytics.mixed.command.options import SensitivityOptions
from analytics.mixed.command.table import Table
from analytics.mixed.diagnostics import Refit, without_each
from analytics.mixed.estimate import Estimate
from analytics.mixed.people import People
from analytics.mixed.refusals import InputRefused, NotEstimable
from analytics.mixed.result import Result
from analytics.mixed.sensitivity import (
    COMPARATORS_IN_WORDS,
    STRATEGIES_IN_WORDS,
    Comparator,
    Scenario,
    Strategy,
    Targets,
    TippingPoint,
    compare,
    estimates,
    impute,
    tipping_points,
    under,
)
from analytics.mixed.simulation import redrawn

# Of the generators that a seed begins.
DRAWS, IMPUTATIONS = 1, 2


def sensitivity(result: Result, table: Table, options: SensitivityOptions) -> Answer:
    """Each analysis with its estimates, or with the reason why it has none.

    Raises NotEstimable where the model has one visit and so no change.
    """
    return _Analyses(result, table, options).answer()


class _Analyses:
    """All analyses of a result; those that need them share the refits and the draws."""

    def __init__(self, result: Result, table: Table, options: SensitivityOptions) -> None:
        self.result, self.table, self.options = result, table, options
        self.targets = Targets(options.baseline_visit or result.visits[0])
        self.people = People.of(table.statistics.shape, table.persons())

    @cached_property
    def refits(self) -> Sequence[Refit]:
        return tuple(without_each(self.table.statistics, self.result, self.table.persons()))

    @cached_property
    def draws(self) -> Sequence[Result]:
        """One for all strategies, so that they differ by nothing else."""
        rng = np.random.default_rng([self.options.seed, DRAWS])
        return tuple(redrawn(self.result, self.people, rng) for _ in range(self.options.imputations))

    def answer(self) -> Answer:
        declared = self.targets.estimates(self.result)
        if not declared:
            raise NotEstimable("The model has one visit only, so there is no change that could be repeated.")
        options = self.options
        return {
            **head(self.result, self.table, options),
            "seed": options.seed,
            "estimated": "differences_in_change" if self.result.arms else "changes",
            "estimates": [row(each) for each in declared],
            "conditional_mean": [
                self._strategy(strategy, self._conditional_mean) for strategy in options.strategies
            ],
            "imputed": [self._strategy(strategy, self._imputed) for strategy in options.strategies],
            "tipping_points": _or_reason(self._tipping_points),
            "comparisons": [self._comparison(comparator) for comparator in COMPARATORS_IN_WORDS],
        }

    def _strategy(self, strategy: Strategy, of: Callable[[Strategy], Answer]) -> Answer:
        words = {"strategy": strategy, "in_words": STRATEGIES_IN_WORDS[strategy]}
        return words | _or_reason(lambda: of(strategy))

    def _conditional_mean(self, strategy: Strategy) -> Answer:
        found = under(self.result, self.refits, self.targets, Scenario(strategy))
        return _rows(estimates(self.result, self.targets, found))

    def _imputed(self, strategy: Strategy) -> Answer:
        rng = np.random.default_rng([self.options.seed, IMPUTATIONS])
        found = impute(self.result, self.people, self.draws, self.targets, Scenario(strategy), rng)
        return {
            "imputations": found.imputations,
            "estimates": [
                row(each) | {"missing_information": share}
                for each, share in zip(found.estimates, found.missing_information.tolist(), strict=True)
            ],
        }

    def _tipping_points(self) -> Answer:
        found = tipping_points(self.result, self.refits, self.targets, Scenario(), self.options.deltas)
        return {"targets": [_tipping_point(each) for each in found]}

    def _comparison(self, comparator: Comparator) -> Answer:
        words = {"comparator": comparator, "in_words": COMPARATORS_IN_WORDS[comparator]}
        return words | _or_reason(lambda: self._compared(comparator))

    def _compared(self, comparator: Comparator) -> Answer:
        found = compare(self.result, self.people, comparator)
        if not found.converged:
            raise NotEstimable(" ".join(found.warnings))
        return _rows(self.targets.estimates(found)) | {"n_participants": found.n_participants}


def _or_reason(of: Callable[[], Answer]) -> Answer:
    """With `reason`: why there is nothing else, else None."""
    try:
        return {"reason": None, **of()}
    except (InputRefused, NotEstimable) as refusal:
        return {"reason": str(refusal)}


def _rows(found: Sequence[Estimate]) -> Answer:
    return {"estimates": [row(each) for each in found]}


def _tipping_point(point: TippingPoint) -> Answer:
    return {
        **label(point.estimates[0]),
        "tips_at": point.tips_at,
        "already": point.already,
        "deltas": [
            {"delta": delta} | row(each) for delta, each in zip(point.deltas, point.estimates, strict=True)
        ],
    }
