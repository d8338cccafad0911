"""Prove the running statistics: make them anew from all records and compare, to the bit."""

import logging
from dataclasses import dataclass

from django.utils import timezone

from analytics import snapshots
from analytics.datasets import vectors
from analytics.datasets.totals import Totals
from analytics.datasets.vectors import Dataset
from analytics.mixed import InputRefused
from analytics.models import Rebuild, RunningStatistics
from analytics.selectors import standings
from analytics.services import alarm, locks, running, runs
from analytics.services.refit import lock_of
from trial.audit.positions import Position
from trial.protocol.analyses import Analysis

log = logging.getLogger(__name__)

# Somebody else may be rebuilding, which reads everything.
WAIT = "300s"


@dataclass(frozen=True)
class Found:
    """Whether everything that runs agrees with the rebuilt, and the digest of what does not, if any.

    The digest is empty when what is stored cannot be read.
    """

    agreed: bool
    digest: str


def rebuild(outcome: str) -> Rebuild | None:
    """Compare at one position; where they disagree, alarm, put the rebuilt ones in place and fit those.

    None when there are no running statistics of the declared shape and the newest epoch: the next refit
    makes them from all records; and when a record holds a value from which no statistics can be made: the
    next refit is a failed run that says so. Refused inside a transaction.
    """
    analysis = standings.analysis_of(outcome)
    with locks.held(lock_of(outcome), wait=WAIT), snapshots.frozen() as position:
        stored = running.find(analysis, position.epoch)
        return None if stored is None else _compare(stored, position, vectors.read(analysis))


def _compare(stored: RunningStatistics, position: Position, dataset: Dataset) -> Rebuild | None:
    try:
        rebuilt = Totals.of(dataset)
    except InputRefused as refusal:
        log.warning("The statistics of %s were not rebuilt: %s", dataset.analysis.outcome, refusal)
        return None
    found = _find(stored, dataset.analysis, rebuilt)
    if not found.agreed:
        runs.of_totals(position, running.make_anew(position, dataset))
        _alarm(dataset.analysis)
    return Rebuild.objects.create(
        outcome=dataset.analysis.outcome,
        at=timezone.now(),
        epoch=position.epoch,
        snapshot=position.snapshot,
        agreed=found.agreed,
        running_digest=found.digest,
        rebuilt_digest=rebuilt.digest(),
        n_participants=rebuilt.statistics.n_participants,
    )


def _find(stored: RunningStatistics, analysis: Analysis, rebuilt: Totals) -> Found:
    """Look at the statistics as a refit would leave them, and at what the contributions add up to.

    The latter may be wrong while the former are still right: a later correction would take out what was
    never put in.
    """
    try:
        advanced = running.advance(stored, analysis)
        vectors_kept = {**running.contributions(analysis), **advanced.changed}
        told = Totals.of(Dataset(analysis, tuple(filter(None, vectors_kept.values()))))
    except (running.Contradiction, InputRefused):
        return Found(False, "")
    digest = rebuilt.digest()
    wrong = [part.digest() for part in (advanced.totals, told) if part.digest() != digest]
    return Found(not wrong, wrong[0] if wrong else digest)


def _alarm(analysis: Analysis) -> None:
    alarm.sound(
        f"The running statistics of {analysis.outcome} were wrong",
        f"The running statistics of {analysis.outcome} disagreed with those of all records. The rebuilt ones "
        "are used from now on, and a new run was fitted to them. Runs since the last rebuild that agreed "
        "may be wrong: find out what changed the statistics, nothing but a refit should.",
    )
