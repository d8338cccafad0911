"""The one sentence for who wants to know how it goes."""

from collections.abc import Iterable

from analytics.models import Estimate
from analytics.models.estimate import CHANGE, MEAN
from analytics.screens.numbers import decimals, interval, percent
from analytics.screens.visits import label
from trial.protocol.analyses import Analysis


def sentence(analysis: Analysis, estimates: Iterable[Estimate], level: float) -> str:
    """How the estimated mean went from the reference visit to the last one; empty without estimates."""
    found = {(each.kind, each.visit): each for each in estimates}
    first, last = analysis.reference, analysis.visits[-1]
    if (CHANGE, last) not in found:
        return ""
    change = found[CHANGE, last]
    numbers = [decimals(found[MEAN, visit].estimate) for visit in (first, last)]
    return (
        f"From {label(first)} to {label(last)} the estimated mean {_went(change.estimate)} from "
        f"{numbers[0]} to {numbers[1]} {analysis.unit}: a change of {decimals(change.estimate)} "
        f"({percent(level)} interval {interval(change.lower, change.upper)})."
    )


def _went(change: float) -> str:
    if change == 0:
        return "stayed"
    return "rose" if change > 0 else "fell"
