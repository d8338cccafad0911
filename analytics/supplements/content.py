"""Numbers of the engine as JSON: unrounded, and none that JSON does not have."""

from math import isfinite
from typing import Any

from analytics.mixed import Estimate

Content = dict[str, Any]


def number(value: float | None) -> float | None:
    """None where it is infinite or undefined."""
    return float(value) if value is not None and isfinite(value) else None


def estimate(found: Estimate) -> Content:
    """An estimate with its interval and test; df is None where it is infinite."""
    return {
        "visit": found.label.visit,
        "estimate": found.estimate,
        "se": found.se,
        "df": number(found.df),
        "lower": found.lower,
        "upper": found.upper,
        "p": number(found.p),
    }
