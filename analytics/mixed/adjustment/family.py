"""One family of contrasts, adjusted in every way that is asked for, with intervals to match."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.mixed.adjustment.bonferroni import bonferroni
from analytics.mixed.adjustment.fixed_sequence import fixed_sequence
from analytics.mixed.adjustment.holm import holm
from analytics.mixed.adjustment.single_step import critical_value, quantile
from analytics.mixed.adjustment.single_step import p_values as single_step

AdjustmentName = Literal["multivariate-t", "holm", "bonferroni", "fixed-sequence"]


@dataclass(frozen=True)
class Adjusted:
    """An adjusted p value and the limits of the interval that goes with it."""

    p: float
    lower: float
    upper: float


@dataclass(frozen=True)
class _Family:
    estimates: Sequence[float]
    standard_errors: Sequence[float]
    dfs: Sequence[float]
    p_values: Sequence[float]
    correlation: npt.ArrayLike
    level: float

    def adjust(self, name: AdjustmentName) -> list[Adjusted]:
        if name == "multivariate-t":
            return self._multivariate_t()
        if name == "fixed-sequence":
            return self._each(fixed_sequence(self.p_values), tests=1)
        adjusted = holm if name == "holm" else bonferroni
        return self._each(adjusted(self.p_values), tests=len(self.estimates))

    def _multivariate_t(self) -> list[Adjusted]:
        df = float(np.mean(self.dfs))
        statistics = [e / se for e, se in zip(self.estimates, self.standard_errors, strict=True)]
        common = single_step(statistics, self.correlation, df)
        # A contrast with fewer df than the mean may ask for more by itself, of its p value and its interval.
        adjusted = [max(pair) for pair in zip(common, self.p_values, strict=True)]
        critical = critical_value(self.correlation, df, self.level)
        return self._with_limits(adjusted, [max(critical, factor) for factor in self._factors(tests=1)])

    def _each(self, adjusted: Sequence[float], *, tests: int) -> list[Adjusted]:
        """With t intervals, each at its own df, whose error is shared by so many tests."""
        return self._with_limits(adjusted, self._factors(tests=tests))

    def _factors(self, *, tests: int) -> list[float]:
        tail = (1 - self.level) / (2 * tests)
        return [-quantile(df, tail) for df in self.dfs]

    def _with_limits(self, adjusted: Sequence[float], factors: Sequence[float]) -> list[Adjusted]:
        rows = zip(adjusted, self.estimates, self.standard_errors, factors, strict=True)
        return [Adjusted(p, value - factor * se, value + factor * se) for p, value, se, factor in rows]


def adjust(
    names: Sequence[AdjustmentName],
    *,
    estimates: Sequence[float],
    standard_errors: Sequence[float],
    dfs: Sequence[float],
    p_values: Sequence[float],
    correlation: npt.ArrayLike,
    level: float,
) -> tuple[dict[AdjustmentName, Adjusted], ...]:
    """One dictionary for each contrast (k), in their order; that order is the sequence of `fixed-sequence`.

    correlation (k, k) is the model's, of the estimates. df may differ between contrasts and be infinite; the
    multivariate t takes their mean, but of each contrast no less than its own df ask. Intervals of Holm are
    Bonferroni's, those of the fixed sequence are not simultaneous. No contrasts give ().
    Raises FamilyTooLarge for more than the multivariate t can adjust.
    """
    if not estimates:
        return ()
    family = _Family(estimates, standard_errors, dfs, p_values, correlation, level)
    columns = {name: family.adjust(name) for name in names}
    return tuple({name: column[i] for name, column in columns.items()} for i in range(len(estimates)))
