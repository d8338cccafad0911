"""What there is to say about each analysis: its newest run with all its rows, its status, and how often it
was looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count

from analytics.models import Rebuild, Run
from analytics.models.run import FAILED, OK
from analytics.selectors import since
from analytics.selectors.since import Since
from analytics.selectors.standings import Standing
from trial.protocol.analyses import Analysis
from trial.protocol.marker import N_

MONITORING = N_(
    "These results are for monitoring. The model is fitted again after every visit, and p values after every "
    "visit are no 5 % test: a nominal 5 % becomes about 14 % after five equally spaced looks and 32 % after "
    "fifty (Armitage, McPherson & Rowe 1969)."
)


class Status(StrEnum):
    """Current or failed: the run has seen all data. Stale: a refit is due. None: no data and no run yet."""

    CURRENT = "current"
    STALE = "stale"
    FAILED = "failed"
    NONE = "none"


@dataclass(frozen=True)
class Reported:
    """An analysis with its newest run (estimates and descriptions read along) and its status.

    `looks` is the number of different states of the data that it was fitted to, `since` what the run changed,
    `rebuild` the newest comparison of its running statistics with all records.
    """

    analysis: Analysis
    run: Run | None
    status: Status
    refit_due: bool
    looks: int
    since: Since | None
    rebuild: Rebuild | None


def report(standings: Iterable[Standing]) -> tuple[Reported, ...]:
    """The runs of these standings, in seven queries however many."""
    standings = tuple(standings)
    wanted = [standing.run_id for standing in standings if standing.run_id is not None]
    runs = Run.objects.prefetch_related("estimates", "descriptions").in_bulk(wanted)
    rebuilds = Rebuild.objects.in_bulk(
        [standing.rebuild_id for standing in standings if standing.rebuild_id is not None]
    )
    looked = looks()
    before = since.read(runs.values())
    return tuple(
        Reported(
            analysis=standing.analysis,
            run=(run := runs.get(standing.run_id or 0)),
            status=_status(run, standing.stale),
            refit_due=standing.stale,
            looks=looked.get(standing.analysis.outcome, 0),
            since=before.get(standing.analysis.outcome),
            rebuild=rebuilds.get(standing.rebuild_id or 0),
        )
        for standing in standings
    )


def _status(run: Run | None, stale: bool) -> Status:
    if run is None:
        return Status.NONE
    if stale:
        return Status.STALE
    return Status.FAILED if run.status == FAILED else Status.CURRENT


def looks() -> dict[str, int]:
    """How many different states of the data each analysis was fitted to, by outcome: repeated looks."""
    fitted = Run.objects.filter(status=OK).order_by().values("outcome")
    return dict(fitted.annotate(looks=Count("data_hash", distinct=True)).values_list("outcome", "looks"))
