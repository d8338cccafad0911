"""Whether the declared model describes the data: residuals, their quantiles, how well it is determined."""

from dataclasses import asdict
from typing import Any

from analytics.mixed.diagnostics import Residual, determination, normal_quantiles, residuals
from analytics.supplements.content import Content, number
from analytics.supplements.subject import Subject


def content(subject: Subject) -> Content:
    """`residuals` of each value, `quantiles` of the independent ones, `determination` in condition numbers.

    Raises NotEstimable where the declared model has no result.
    """
    found = residuals(subject.result, subject.people)
    determined = determination(subject.result)
    return {
        "covariance": subject.result.covariance,
        "residuals": [_plain(each) for each in found],
        "quantiles": [asdict(each) for each in normal_quantiles(each.cholesky for each in found)],
        "determination": {
            "effects": number(determined.effects),
            "covariance": number(determined.covariance),
            "parameters": number(determined.parameters),
            "poor": determined.is_poor,
            "at_boundary": list(determined.at_boundary),
        },
        "warnings": list(subject.result.warnings),
    }


def _plain(residual: Residual) -> Content:
    fields: dict[str, Any] = asdict(residual)
    return {name: number(value) if isinstance(value, float) else value for name, value in fields.items()}
