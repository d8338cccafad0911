"""How much worse than assumed the missing values would have to be until the conclusion changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.mixed.diagnostics.influence import Refit
from analytics.mixed.estimate import Estimate, students
from analytics.mixed.result import Result
from analytics.mixed.sensitivity.conditional_mean import Jackknifed, under
from analytics.mixed.sensitivity.scenario import Scenario
from analytics.mixed.sensitivity.targets import Targets

# Steps of the halving that finds the point, from the whole range.
HALVINGS = 60


@dataclass(frozen=True)
class TippingPoint:
    """Of one target: `deltas` with the estimate at each; `tips_at` is the delta nearest to zero at which the
    interval begins to contain zero, None where it does so at no delta in the range, or already at none.
    """

    deltas: tuple[float, ...]
    estimates: tuple[Estimate, ...]
    tips_at: float | None
    already: bool


def tipping_points(
    result: Result, refits: Sequence[Refit], targets: Targets, strategy: Scenario, deltas: Sequence[float]
) -> tuple[TippingPoint, ...]:
    """One for each target. `deltas` begin at zero and go in one direction, in units of the outcome.

    Estimates are linear in delta, so two of them say all.
    """
    at_zero = under(result, refits, targets, Scenario(strategy.strategy, 0.0))
    at_one = under(result, refits, targets, Scenario(strategy.strategy, 1.0))
    declared = targets.estimates(result)
    return tuple(
        _Line(target, place, at_zero, at_one, result.spec.level).tipping_point(deltas)
        for place, target in enumerate(declared)
    )


@dataclass(frozen=True)
class _Line:
    target: Estimate
    place: int
    at_zero: Jackknifed
    at_one: Jackknifed
    level: float

    def estimate(self, delta: float) -> Estimate:
        place = slice(self.place, self.place + 1)
        moved = Jackknifed(
            (self.at_zero.whole + delta * (self.at_one.whole - self.at_zero.whole))[place],
            (self.at_zero.left + delta * (self.at_one.left - self.at_zero.left))[:, place],
        )
        dfs = np.array([self.target.df])
        return students((self.target.label,), moved.whole, moved.standard_errors(), dfs, self.level)[0]

    def tipping_point(self, deltas: Sequence[float]) -> TippingPoint:
        found = tuple(self.estimate(delta) for delta in deltas)
        already = _contains_zero(found[0])
        return TippingPoint(tuple(deltas), found, None if already else self._tips(deltas, found), already)

    def _tips(self, deltas: Sequence[float], found: Sequence[Estimate]) -> float | None:
        after = next((place for place, each in enumerate(found) if _contains_zero(each)), None)
        if after is None:
            return None
        inside, outside = deltas[after - 1], deltas[after]
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            if _contains_zero(self.estimate(middle)):
                outside = middle
            else:
                inside = middle
        return outside


def _contains_zero(estimate: Estimate) -> bool:
    return estimate.lower <= 0 <= estimate.upper
