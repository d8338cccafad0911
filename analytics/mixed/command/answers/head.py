"""What every answer begins with: what was read, what was fitted to it, and how the search ended."""

from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.options import Options
from analytics.mixed.command.table import Table
from analytics.mixed.generalised import GeneralisedResult
from analytics.mixed.result import Result
from analytics.mixed.spec import KENWARD_ROGER


def head(result: Result, table: Table, options: Options) -> Answer:
    """Of a gaussian model."""
    spec = result.spec
    return {
        **_read(result, table, options),
        "family": "gaussian",
        "covariance": result.covariance,
        "covariance_asked_for": spec.covariance,
        "covariance_by_arm": spec.covariance_by_arm,
        "attempts": [{"covariance": a.covariance, "reason": a.reason} for a in result.attempts],
        "method": spec.method,
        "df_method": spec.df_method,
        "information": spec.information if spec.kenward_roger else None,
        "kenward_roger": KENWARD_ROGER.get((spec.df_method, spec.information)),
        **_search(result),
    }


def generalised_head(result: GeneralisedResult, table: Table, options: Options) -> Answer:
    """Of a generalised model; `trials` are those of the binomial family."""
    spec = result.spec
    return {
        **_read(result, table, options),
        "family": spec.family,
        "nodes": spec.nodes,
        "trials": spec.trials if spec.family == "binomial" else None,
        "method": "ML",
        **_search(result),
    }


def _read(result: Result | GeneralisedResult, table: Table, options: Options) -> Answer:
    return {
        "converged": result.converged,
        "warnings": result.warnings,
        "notes": table.notes,
        "n_participants": result.n_participants,
        "n_observations": result.n_observations,
        "n_rows_without_outcome": table.n_rows_without_outcome,
        "outcome": options.outcome,
        "precision": str(table.statistics.precision),
        "visits": result.visits,
        "baseline_visit": options.baseline_visit or result.visits[0],
        "arms": result.arms,
        "mean": options.mean,
        "covariates": options.covariate,
    }


def _search(result: Result | GeneralisedResult) -> Answer:
    return {
        "level": result.spec.level,
        "loglik": result.log_likelihood,
        "criterion": -2.0 * result.log_likelihood,
        "iterations": result.iterations,
        "gradient_norm": result.gradient_norm,
        "at_boundary": result.at_boundary,
    }
