"""A result as the JSON that the command line promises."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, get_args

import numpy as np

from analytics.mixed.adjustment import Adjusted, AdjustmentName, FamilyTooLarge
from analytics.mixed.command.options import Options
from analytics.mixed.command.table import Table
from analytics.mixed.command.terms import tests
from analytics.mixed.estimate import Estimate
from analytics.mixed.result import Result
from analytics.mixed.spec import KENWARD_ROGER

ADJUSTMENTS: tuple[AdjustmentName, ...] = get_args(AdjustmentName)


def answer(result: Result, table: Table, options: Options) -> dict[str, Any]:
    """Plain JSON types only; what is infinite or undefined, such as the df of z, is None."""
    found: dict[str, Any] = {
        **_fit(result, table, options),
        "beta": dict(zip(result.names, result.beta, strict=True)),
        "vcov": result.vcov,
        "vcov_adjusted": result.vcov_adjusted,
        "covariance_parameters": dict(zip(result.theta_names, result.theta, strict=True)),
        "covariance_matrix": _covariance_matrix(result),
        "coefficients": [_row(estimate) for estimate in result.coefficients()],
        "tests": tests(result, table.columns),
        "means": [_row(estimate) for estimate in result.means(options.weights)],
        "changes": _rows(_changes(result, options.baseline_visit)),
    }
    if any(term.arm for term in result.spec.terms):
        found["differences"] = _rows(result.differences(adjustments=ADJUSTMENTS))
        in_change = result.differences_in_change(options.baseline_visit, adjustments=ADJUSTMENTS)
        found["differences_in_change"] = _rows(in_change)
    return {name: _plain(value) for name, value in found.items()}


def _fit(result: Result, table: Table, options: Options) -> dict[str, Any]:
    """What was fitted, to what, and how the search ended."""
    spec = result.spec
    return {
        "converged": result.converged,
        "warnings": result.warnings,
        "notes": table.notes,
        "n_participants": result.n_participants,
        "n_observations": result.n_observations,
        "n_rows_without_outcome": table.n_rows_without_outcome,
        "outcome": options.outcome,
        "precision": str(result.statistics.precision),
        "visits": result.visits,
        "baseline_visit": options.baseline_visit or result.visits[0],
        "arms": result.arms,
        "mean": options.mean,
        "covariates": options.covariate,
        "covariance": result.covariance,
        "covariance_asked_for": spec.covariance,
        "covariance_by_arm": spec.covariance_by_arm,
        "attempts": [{"covariance": a.covariance, "reason": a.reason} for a in result.attempts],
        "method": spec.method,
        "df_method": spec.df_method,
        "information": spec.information if spec.kenward_roger else None,
        "kenward_roger": KENWARD_ROGER.get((spec.df_method, spec.information)),
        "level": spec.level,
        "weights": options.weights,
        "loglik": result.log_likelihood,
        "criterion": -2.0 * result.log_likelihood,
        "iterations": result.iterations,
        "gradient_norm": result.gradient_norm,
        "at_boundary": result.at_boundary,
    }


def _covariance_matrix(result: Result) -> Any:
    """Visits × visits, or one for each arm."""
    if result.spec.covariance_by_arm:
        return dict(zip(result.arms, result.sigma, strict=True))
    return result.sigma[0]


def _changes(result: Result, baseline: str | None) -> tuple[Estimate, ...]:
    """Without the multivariate t where there are more visits than it can adjust for."""
    try:
        return result.changes(baseline, ADJUSTMENTS)
    except FamilyTooLarge:
        return result.changes(baseline, [name for name in ADJUSTMENTS if name != "multivariate-t"])


def _rows(estimates: Iterable[Estimate]) -> list[dict[str, Any]]:
    return [_row(estimate) | _adjusted(estimate.adjusted) for estimate in estimates]


def _row(e: Estimate) -> dict[str, Any]:
    label = {"name": e.label.name, "visit": e.label.visit, "arm": e.label.arm}
    numbers = {
        "estimate": e.estimate,
        "se": e.se,
        "df": e.df,
        "t": e.statistic,
        "p": e.p,
        "lower": e.lower,
        "upper": e.upper,
    }
    return {name: text for name, text in label.items() if text} | numbers


def _adjusted(found: Mapping[AdjustmentName, Adjusted]) -> dict[str, Any]:
    return {
        "p_adjusted": {name: adjusted.p for name, adjusted in found.items()},
        "adjusted": {
            name: {"lower": adjusted.lower, "upper": adjusted.upper} for name, adjusted in found.items()
        },
    }


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    return value
