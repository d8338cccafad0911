"""Which contrasts a sensitivity analysis repeats."""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.estimate import Estimate, Label
from analytics.mixed.grid import mean_rows
from analytics.mixed.result import Result


@dataclass(frozen=True)
class Targets:
    """Of a single-arm trial the changes from the reference visit; of several arms the differences in change
    from the control arm (default: the first).
    """

    reference: str
    control: str | None = None

    def estimates(self, result: Result) -> tuple[Estimate, ...]:
        """As the model states them."""
        if result.arms:
            return result.differences_in_change(self.reference, self.control)
        return result.changes(self.reference)

    def labels(self, result: Result) -> tuple[Label, ...]:
        return tuple(each.label for each in self.estimates(result))

    def rows(self, result: Result) -> Floats:
        """As weights of the coefficients, (targets, coefficients), in the order of `estimates`."""
        means = mean_rows(result.statistics, result.design, "equal")
        base = result.visits.index(self.reference)
        change = means - means[:, [base]]
        others = [place for place in range(len(result.visits)) if place != base]
        if not result.arms:
            return np.asarray(change[0, others])
        control = result.arms.index(self.control) if self.control else 0
        treated = [arm for arm in range(len(result.arms)) if arm != control]
        return np.array([change[arm, place] - change[control, place] for place in others for arm in treated])
