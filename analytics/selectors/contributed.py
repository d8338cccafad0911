"""What single participants contributed to a run: what it read of them, whatever was saved since."""

from collections.abc import Iterable

from analytics.datasets import totals
from analytics.datasets.vectors import Vector
from analytics.models import Contribution, Run, RunningStatistics
from trial.models import Participant, Site
from trial.protocol.analyses import Analysis


def to_run(run: Run, analysis: Analysis, sites: Iterable[Site], most: int) -> tuple[Vector, ...] | None:
    """Of the participants of these sites, by code, and never more than `most`.

    None when it is not kept: only the newest run has it, while the same data set is declared. Two queries.
    """
    kept = RunningStatistics.objects.filter(outcome=run.outcome, shape=totals.shape(analysis))
    stored = kept.defer("statistics", "content").first()
    if stored is None or stored.position != run.position:
        return None
    people = Participant.objects.filter(site__in=list(sites)).values("code")
    found = Contribution.objects.filter(outcome=run.outcome, participant__in=people).order_by("participant")
    return tuple(each.vector(analysis) for each in found[:most])
