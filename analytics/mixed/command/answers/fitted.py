"""What `fit` found of a gaussian model."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from analytics.mixed.adjustment import Adjusted, AdjustmentName, FamilyTooLarge
from analytics.mixed.command.answers.head import head
from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.answers.row import row
from analytics.mixed.command.options import FitOptions
from analytics.mixed.command.table import Table
from analytics.mixed.command.terms import tests
from analytics.mixed.estimate import Estimate
from analytics.mixed.result import Result

ADJUSTMENTS: tuple[AdjustmentName, ...] = get_args(AdjustmentName)


def fitted(result: Result, table: Table, options: FitOptions) -> Answer:
    """With every adjustment for multiplicity."""
    found: Answer = {
        **head(result, table, options),
        "weights": options.weights,
        "beta": dict(zip(result.names, result.beta, strict=True)),
        "vcov": result.vcov,
        "vcov_adjusted": result.vcov_adjusted,
        "covariance_parameters": dict(zip(result.theta_names, result.theta, strict=True)),
        "covariance_matrix": _covariance_matrix(result),
        "coefficients": [row(estimate) for estimate in result.coefficients()],
        "tests": tests(result, table.columns),
        "means": [row(estimate) for estimate in result.means(options.weights)],
        "changes": _rows(_changes(result, options.baseline_visit)),
    }
    if any(term.arm for term in result.spec.terms):
        found["differences"] = _rows(result.differences(adjustments=ADJUSTMENTS))
        in_change = result.differences_in_change(options.baseline_visit, adjustments=ADJUSTMENTS)
        found["differences_in_change"] = _rows(in_change)
    return found


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


def _rows(estimates: Iterable[Estimate]) -> list[Answer]:
    return [row(estimate) | _adjusted(estimate.adjusted) for estimate in estimates]


def _adjusted(found: Mapping[AdjustmentName, Adjusted]) -> Answer:
    return {
        "p_adjusted": {name: adjusted.p for name, adjusted in found.items()},
        "adjusted": {
            name: {"lower": adjusted.lower, "upper": adjusted.upper} for name, adjusted in found.items()
        },
    }
