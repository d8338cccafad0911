"""The table of an outcome: a line for each visit, all of it text."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.models import Description, Estimate
from analytics.models.estimate import CHANGE, MEAN
from analytics.screens.numbers import NONE, decimals, interval, p_value
from analytics.screens.visits import label
from trial.protocol.analyses import Analysis


@dataclass(frozen=True)
class VisitRow:
    """What was observed at a visit, its estimated mean, and its change from the reference visit."""

    code: str
    label: str
    n: str
    observed_mean: str
    sd: str
    mean: str
    mean_interval: str
    change: str
    change_interval: str
    se: str
    df: str
    p: str
    adjusted_interval: str
    p_adjusted: str


def rows_of(
    analysis: Analysis, descriptions: Sequence[Description], estimates: Sequence[Estimate]
) -> tuple[VisitRow, ...]:
    """In the order of the analysis, with a dash for what there is not."""
    observed = {each.visit: each for each in descriptions}
    means = {each.visit: each for each in estimates if each.kind == MEAN}
    changes = {each.visit: each for each in estimates if each.kind == CHANGE}
    return tuple(
        _row(visit, observed.get(visit), means.get(visit), changes.get(visit)) for visit in analysis.visits
    )


def _row(code: str, observed: Description | None, mean: Estimate | None, change: Estimate | None) -> VisitRow:
    return VisitRow(
        code=code,
        label=label(code),
        n=str(observed.n) if observed else NONE,
        observed_mean=decimals(observed.mean if observed else None),
        sd=decimals(observed.sd if observed else None),
        mean=decimals(mean.estimate if mean else None),
        mean_interval=interval(mean.lower, mean.upper) if mean else NONE,
        change=decimals(change.estimate if change else None),
        change_interval=interval(change.lower, change.upper) if change else NONE,
        se=decimals(change.se if change else None),
        df=decimals(change.df if change else None, 1),
        p=p_value(change.p if change else None),
        adjusted_interval=interval(change.lower_adjusted, change.upper_adjusted) if change else NONE,
        p_adjusted=p_value(change.p_adjusted if change else None),
    )
