"""What there is to say about each analysis: its newest run with all its rows, and its status."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count

from analytics.models import Run
from analytics.models.run import FAILED, OK
from analytics.selectors.standings import Standing
from trial.protocol.analyses import Analysis


class Status(StrEnum):
    """Current or failed: the run has seen all data. Stale: a refit is due. None: no data and no run yet."""

    CURRENT = "current"
    STALE = "stale"
    FAILED = "failed"
    NONE = "none"


@dataclass(frozen=True)
class Reported:
    """An analysis with its newest run (estimates and descriptions read along) and its status."""

    analysis: Analysis
    run: Run | None
    status: Status
    refit_due: bool


def report(standings: Iterable[Standing]) -> tuple[Reported, ...]:
    """The runs of these standings, in three queries however many."""
    standings = tuple(standings)
    wanted = [standing.run_id for standing in standings if standing.run_id is not None]
    runs = Run.objects.prefetch_related("estimates", "descriptions").in_bulk(wanted)
    return tuple(_reported(standing, runs) for standing in standings)


def _reported(standing: Standing, runs: dict[int, Run]) -> Reported:
    run = None if standing.run_id is None else runs[standing.run_id]
    return Reported(standing.analysis, run, _status(run, standing.stale), standing.stale)


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
