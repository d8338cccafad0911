"""The one sentence for who wants to know how it goes."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

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
    return _went(change.estimate).format(
        first=label(first),
        last=label(last),
        before=decimals(found[MEAN, first].estimate),
        now=decimals(found[MEAN, last].estimate),
        unit=_(analysis.unit),
        change=decimals(change.estimate),
        level=percent(level),
        interval=interval(change.lower, change.upper),
    )


def _went(change: float) -> str:
    if change == 0:
        return _(
            "From {first} to {last} the estimated mean stayed from {before} to {now} {unit}: "
            "a change of {change} ({level} interval {interval})."
        )
    if change > 0:
        return _(
            "From {first} to {last} the estimated mean rose from {before} to {now} {unit}: "
            "a change of {change} ({level} interval {interval})."
        )
    return _(
        "From {first} to {last} the estimated mean fell from {before} to {now} {unit}: "
        "a change of {change} ({level} interval {interval})."
    )
