"""Fit an analysis anew when its data have changed. Twice is once, and many saves make one fit."""

from analytics import snapshots
from analytics.datasets import vectors
from analytics.mixed import InputRefused
from analytics.models import Run
from analytics.selectors import standings
from analytics.services import locks, running, runs
from trial.protocol.analyses import Analysis

# A fit takes milliseconds; who waits longer gives up, and the sweep comes back to it.
WAIT = "60s"


def refit(outcome: str) -> Run | None:
    """The new run, or None when the newest run has seen all data already.

    Its cost is that of what changed since: docs/explanation/incremental-refit.md. A fit that cannot be done
    is a failed run with its sentence. Refused inside a transaction.
    """
    analysis = standings.analysis_of(outcome)
    with locks.held(lock_of(outcome), wait=WAIT):
        (standing,) = standings.read([analysis])
        return _fit_as_of_now(analysis) if standing.stale else None


def lock_of(outcome: str) -> str:
    """The name of the lock under which an outcome is refitted, and its statistics are rebuilt."""
    return f"analytics.refit.{outcome}"


def _fit_as_of_now(analysis: Analysis) -> Run:
    with snapshots.frozen() as position:
        try:
            totals = running.bring_up_to(position, analysis)
        except InputRefused as refusal:
            running.forget(analysis)
            return runs.of_refused(position, vectors.read(analysis), refusal)
        return runs.of_totals(position, totals)
