"""The running statistics of an outcome: brought up to a position by what changed since, or made anew.

Everything here runs under the lock of the outcome, in a transaction of `snapshots.frozen`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from analytics.datasets import totals, vectors
from analytics.datasets.set_hash import SetHash
from analytics.datasets.totals import Totals
from analytics.datasets.vectors import Dataset, Vector
from analytics.mixed import Statistics
from analytics.models import Contribution, RunningStatistics
from analytics.selectors import touched
from analytics.services import alarm
from trial.audit.positions import Position
from trial.protocol.analyses import Analysis

CONTRIBUTE = (Path(__file__).parent / "sql" / "contribute.sql").read_text()


class Contradiction(Exception):
    """What is stored cannot be read, or lacks what is to be taken out of it."""


@dataclass(frozen=True)
class Advance:
    """Totals as of now, and the vector of each participant that changed on the way; None for no value."""

    totals: Totals
    changed: Mapping[str, Vector | None]


def bring_up_to(position: Position, analysis: Analysis) -> Totals:
    """The totals as of the transaction's position, stored for the next time.

    The cost is that of what changed. All records are read where nothing comparable was stored, and, with an
    alarm, where what was stored contradicts itself. InputRefused for a value that is no multiple of the
    declared precision.
    """
    stored = find(analysis, position.epoch)
    if stored is not None:
        try:
            advanced = advance(stored, analysis)
        except Contradiction as contradiction:
            _alarm(analysis, contradiction)
        else:
            _store_changes(analysis, position, advanced)
            return advanced.totals
    return make_anew(position, vectors.read(analysis))


def find(analysis: Analysis, epoch: int) -> RunningStatistics | None:
    """What is stored, if it is of this shape and epoch."""
    return RunningStatistics.objects.filter(
        outcome=analysis.outcome, shape=totals.shape(analysis), epoch=epoch
    ).first()


def advance(stored: RunningStatistics, analysis: Analysis) -> Advance:
    """Take out what the changed participants contributed and put in what they have now. Stores nothing.

    Contradiction as it says; InputRefused as `bring_up_to`.
    """
    codes = touched.participants(analysis, stored.position)
    before = contributions(analysis, codes)
    read = vectors.read(analysis, participants=codes)
    now = _replaced(stored, before.values(), Totals.of(read))
    after = {vector.participant: vector for vector in read.present()}
    return Advance(now, {code: after.get(code) for code in codes})


def _replaced(stored: RunningStatistics, before: Iterable[Vector], after: Totals) -> Totals:
    try:
        statistics = Statistics.from_bytes(bytes(stored.statistics))
        kept = Totals(after.analysis, statistics, SetHash(bytes(stored.content)))
        return kept.without(before) + after
    # InputRefused is a ValueError; the others are what well-formed JSON of another kind can lead to.
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Contradiction(str(problem) or repr(problem)) from problem


def contributions(analysis: Analysis, codes: Iterable[str] | None = None) -> dict[str, Vector]:
    """What each participant last contributed, or each of these."""
    found = Contribution.objects.filter(outcome=analysis.outcome)
    if codes is not None:
        found = found.filter(participant__in=list(codes))
    return {each.participant: each.vector(analysis) for each in found}


def make_anew(position: Position, dataset: Dataset) -> Totals:
    """Totals of a whole data set, stored in place of what was there. InputRefused as `bring_up_to`."""
    analysis = dataset.analysis
    made = Totals.of(dataset)
    Contribution.objects.filter(outcome=analysis.outcome).delete()
    _contribute(analysis, dataset.present())
    _store(position, made)
    return made


def forget(analysis: Analysis) -> None:
    """Let the next refit read all records. Nothing is kept, so nothing is taken for what a run has read."""
    Contribution.objects.filter(outcome=analysis.outcome).delete()
    RunningStatistics.objects.filter(outcome=analysis.outcome).delete()


def _store_changes(analysis: Analysis, position: Position, advanced: Advance) -> None:
    gone = [code for code, vector in advanced.changed.items() if vector is None]
    if gone:
        Contribution.objects.filter(outcome=analysis.outcome, participant__in=gone).delete()
    _contribute(analysis, filter(None, advanced.changed.values()))
    _store(position, advanced.totals)


def _contribute(analysis: Analysis, given: Iterable[Vector]) -> None:
    given = tuple(given)
    parameters: dict[str, str | list[str]] = {
        "outcome": analysis.outcome,
        "participants": [vector.participant for vector in given],
        "quanta": [_quanta(analysis, vector) for vector in given],
    }
    with connection.cursor() as cursor:
        cursor.execute(CONTRIBUTE, parameters)


def _quanta(analysis: Analysis, vector: Vector) -> str:
    """An array of SQL, in units of the precision: the statistics took the values as multiples of it."""
    quanta = ("null" if value is None else str(int(value / analysis.precision)) for value in vector.values)
    return f"{{{','.join(quanta)}}}"


def _store(position: Position, now: Totals) -> None:
    row = RunningStatistics(
        outcome=now.analysis.outcome,
        shape=totals.shape(now.analysis),
        epoch=position.epoch,
        snapshot=position.snapshot,
        statistics=now.statistics.to_bytes(),
        content=now.content.state,
    )
    RunningStatistics.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["outcome"],
        update_fields=["shape", "epoch", "snapshot", "statistics", "content"],
    )


def _alarm(analysis: Analysis, contradiction: Contradiction) -> None:
    alarm.sound(
        f"The running statistics of {analysis.outcome} contradicted themselves",
        f"The running statistics of {analysis.outcome} could not be brought up to date ({contradiction}) "
        "and were made anew from all records. Find out what changed them: nothing but a refit should.",
    )
