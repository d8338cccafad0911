"""Fit what a data set amounts to, and store the run."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from analytics import declared, mixed
from analytics.datasets.totals import Totals
from analytics.datasets.vectors import Dataset
from analytics.models import Description, Estimate, Run
from analytics.models.run import FAILED, OK
from analytics.version import CODE_VERSION
from trial.audit.positions import Position
from trial.models import Happening
from trial.protocol.analyses import Analysis
from trial.services import webhooks


@dataclass(frozen=True)
class Fit:
    """What a data set amounted to: statistics and a result, or what there is of them, and sentences about it.

    Numbers of a search that did not converge are not for use: of such a result only what says why is kept.
    """

    statistics: mixed.Statistics | None
    result: mixed.Result | None
    messages: tuple[str, ...]

    @property
    def converged(self) -> mixed.Result | None:
        return self.result if self.result and self.result.converged else None


@dataclass(frozen=True)
class Prepared:
    """A run with its rows as they would be stored."""

    run: Run
    descriptions: tuple[Description, ...]
    estimates: tuple[Estimate, ...]


def prepare(position: Position, totals: Totals) -> Prepared:
    """What some totals as of a position amount to, not stored; a fit that cannot be done is a failed run."""
    return _prepared(position, totals.analysis, totals.data_hash(), _fit(totals))


def of_totals(position: Position, totals: Totals) -> Run:
    """The run of some totals as of a position; a fit that cannot be done is a failed run that says why."""
    return _store(prepare(position, totals))


def of_refused(position: Position, dataset: Dataset, refusal: mixed.InputRefused) -> Run:
    """The failed run of a data set from which no statistics can be made."""
    refused = Fit(None, None, (str(refusal),))
    return _store(_prepared(position, dataset.analysis, dataset.content_hash(), refused))


def _fit(totals: Totals) -> Fit:
    try:
        result = mixed.fit(totals.statistics, declared.as_model(totals.analysis))
    except (mixed.NotEstimable, mixed.InputRefused) as refusal:
        return Fit(totals.statistics, None, (str(refusal),))
    return Fit(totals.statistics, result, result.warnings)


def _prepared(position: Position, analysis: Analysis, data_hash: str, fit: Fit) -> Prepared:
    statistics, result = fit.statistics, fit.converged
    run = Run(
        outcome=analysis.outcome,
        status=OK if result else FAILED,
        fitted_at=timezone.now(),
        epoch=position.epoch,
        snapshot=position.snapshot,
        data_hash=data_hash,
        spec=declared.as_json(analysis),
        code_version=CODE_VERSION,
        n_participants=statistics.n_participants if statistics else 0,
        n_observations=statistics.n_observations if statistics else 0,
        statistics_digest=statistics.digest() if statistics else "",
        model=declared.in_english(analysis),
        covariance=analysis.covariance,
        method=analysis.method,
        df_method=analysis.df_method,
        information=analysis.information,
        adjustment=analysis.adjustment,
        level=analysis.level,
        converged=result is not None,
        messages=list(fit.messages),
        **_search(fit.result),
        **_fitted(result),
    )
    return Prepared(run, tuple(_descriptions(run, statistics)), tuple(_estimates(run, result, analysis)))


def _store(prepared: Prepared) -> Run:
    prepared.run.save()
    Description.objects.bulk_create(prepared.descriptions)
    Estimate.objects.bulk_create(prepared.estimates)
    _tell(prepared.run)
    return prepared.run


def _tell(run: Run) -> None:
    """Other systems hear that there is a new run, and of no number in it."""
    about: webhooks.About = {"outcome": run.outcome, "run": run.pk, "status": run.status}
    address = reverse("api-analysis", args=(run.outcome,))
    webhooks.tell(Happening.ANALYSIS_REFRESHED, site=None, about=about, address=address)


def _descriptions(run: Run, statistics: mixed.Statistics | None) -> Iterable[Description]:
    observed = statistics.observed() if statistics else ()
    return [Description(run=run, visit=each.visit, n=each.n, mean=each.mean, sd=each.sd) for each in observed]


def _search(result: mixed.Result | None) -> dict[str, Any]:
    """How the search went, whether or not it converged."""
    if result is None:
        return {}
    return {
        "iterations": result.iterations,
        "gradient_norm": result.gradient_norm,
        "at_boundary": list(result.at_boundary),
        "attempts": [asdict(attempt) for attempt in result.attempts],
    }


def _fitted(result: mixed.Result | None) -> dict[str, Any]:
    if result is None:
        return {}
    parameters = zip(result.theta_names, map(float, result.theta), strict=True)
    return {
        "covariance_fitted": result.covariance,
        "log_likelihood": result.log_likelihood,
        "covariance_parameters": [list(parameter) for parameter in parameters],
    }


def _estimates(run: Run, result: mixed.Result | None, analysis: Analysis) -> Iterable[Estimate]:
    if result is None:
        return []
    changes = result.changes(analysis.reference, [analysis.adjustment])
    return [_estimate(run, each, analysis) for each in (*result.means(), *changes)]


def _estimate(run: Run, found: mixed.Estimate, analysis: Analysis) -> Estimate:
    adjusted = found.adjusted.get(analysis.adjustment)
    return Estimate(
        run=run,
        kind=found.label.kind,
        visit=found.label.visit,
        estimate=found.estimate,
        se=found.se,
        df=found.df,
        lower=found.lower,
        upper=found.upper,
        statistic=found.statistic,
        p=found.p,
        p_adjusted=adjusted.p if adjusted else None,
        lower_adjusted=adjusted.lower if adjusted else None,
        upper_adjusted=adjusted.upper if adjusted else None,
    )
