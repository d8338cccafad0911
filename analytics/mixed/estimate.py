"""One estimated number with all that belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from analytics.mixed.adjustment import Adjusted, AdjustmentName
from analytics.mixed.arrays import Floats

Kind = Literal["coefficient", "mean", "change", "difference", "difference in change", "contrast"]


@dataclass(frozen=True)
class Label:
    """What is estimated; `visit` and `arm` are empty where they do not apply, `name` is for coefficients."""

    kind: Kind
    visit: str = ""
    arm: str = ""
    name: str = ""


@dataclass(frozen=True)
class Estimate:
    """The interval is unadjusted; statistic and p test against zero; df is infinite for z.

    `adjusted` holds the p value and interval of each adjustment asked for, over the family of the contrast.
    """

    label: Label
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    statistic: float
    p: float
    adjusted: Mapping[AdjustmentName, Adjusted] = field(default_factory=dict)


def students(
    labels: tuple[Label, ...], values: Floats, ses: Floats, dfs: Floats, level: float
) -> tuple[Estimate, ...]:
    """With intervals and two-sided tests from the t distribution; df may be fractional or infinite."""
    # Here and not above: it takes a third of a second, in which processes that never fit would not start.
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    finite = np.isfinite(dfs)
    t_dfs = np.where(finite, dfs, 1.0)
    factors = np.where(finite, stdtrit(t_dfs, 0.5 + level / 2), ndtri(0.5 + level / 2))
    statistics = values / ses
    tails = 2.0 * np.where(finite, stdtr(t_dfs, -np.abs(statistics)), ndtr(-np.abs(statistics)))
    columns = (values, ses, dfs, values - factors * ses, values + factors * ses, statistics, tails)
    return tuple(
        Estimate(label, *map(float, row))  # type: ignore[arg-type]  # seven columns, seven fields
        for label, row in zip(labels, zip(*columns, strict=True), strict=True)
    )
