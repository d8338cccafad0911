"""Fit an analysis anew when its data have changed. Twice is once, and many saves make one fit."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import connection, transaction
from django.utils import timezone

from analytics import declared, mixed
from analytics.datasets import vectors
from analytics.datasets.vectors import Dataset
from analytics.models import Description, Estimate, Run
from analytics.models.run import FAILED, OK
from analytics.selectors import standings
from analytics.services import locks
from analytics.version import CODE_VERSION
from trial.audit import positions
from trial.protocol.analyses import Analysis

# A fit takes milliseconds; who waits longer gives up, and the sweep comes back to it.
WAIT = "60s"


@dataclass(frozen=True)
class Fit:
    """What a data set amounted to: a result, or none and the sentences that say why."""

    statistics: mixed.Statistics | None
    result: mixed.Result | None
    messages: tuple[str, ...]


def refit(outcome: str) -> Run | None:
    """The new run, or None when the newest run has seen all data already.

    A fit that cannot be done is a failed run with its sentence. Refused inside a transaction.
    """
    analysis = standings.analysis_of(outcome)
    with locks.held(lock_of(outcome), wait=WAIT):
        (standing,) = standings.read([analysis])
        return _fit_as_of_now(analysis) if standing.stale else None


def lock_of(outcome: str) -> str:
    """The name of the lock under which an outcome is refitted."""
    return f"analytics.refit.{outcome}"


def _fit_as_of_now(analysis: Analysis) -> Run:
    with transaction.atomic(durable=True):
        _freeze_snapshot()
        position = positions.current()
        dataset = vectors.read(analysis)
        return _store(position, dataset, _fit(dataset))


def _freeze_snapshot() -> None:
    """Everything read from here on is of one moment, and that moment contains no change of our own."""
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        cursor.execute("select pg_current_xact_id_if_assigned() is null")
        if not cursor.fetchone()[0]:
            raise RuntimeError(
                "The transaction has written already: its position would lack its own changes."
            )


def _fit(dataset: Dataset) -> Fit:
    statistics = None
    try:
        statistics = mixed.Statistics.build(
            visits=dataset.analysis.visits,
            precision=dataset.analysis.precision,
            vectors=(vector.values for vector in dataset.vectors),
        )
        result = mixed.fit(statistics, declared.as_model(dataset.analysis))
    except (mixed.NotEstimable, mixed.InputRefused) as refusal:
        return Fit(statistics, None, (str(refusal),))
    # Numbers of a search that did not converge are not for use: only its sentences are kept.
    return Fit(statistics, result if result.converged else None, result.messages)


def _store(position: positions.Position, dataset: Dataset, fit: Fit) -> Run:
    analysis, statistics = dataset.analysis, fit.statistics
    run = Run.objects.create(
        outcome=analysis.outcome,
        status=OK if fit.result else FAILED,
        fitted_at=timezone.now(),
        epoch=position.epoch,
        snapshot=position.snapshot,
        data_hash=dataset.content_hash(),
        spec=declared.as_json(analysis),
        code_version=CODE_VERSION,
        n_participants=statistics.n_participants if statistics else 0,
        n_observations=statistics.n_observations if statistics else 0,
        model=declared.in_words(analysis),
        covariance=analysis.covariance,
        method=analysis.method,
        df_method=analysis.df_method,
        adjustment=analysis.adjustment,
        level=analysis.level,
        converged=fit.result is not None,
        messages=list(fit.messages),
    )
    Description.objects.bulk_create(_descriptions(run, statistics))
    Estimate.objects.bulk_create(_estimates(run, fit.result, analysis.reference))
    return run


def _descriptions(run: Run, statistics: mixed.Statistics | None) -> Iterable[Description]:
    observed = statistics.observed() if statistics else ()
    return [Description(run=run, visit=each.visit, n=each.n, mean=each.mean, sd=each.sd) for each in observed]


def _estimates(run: Run, result: mixed.Result | None, reference: str) -> Iterable[Estimate]:
    estimates = (*result.means(), *result.changes(reference)) if result else ()
    return [Estimate(run=run, **asdict(estimate)) for estimate in estimates]
