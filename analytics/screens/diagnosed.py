"""What the page of diagnostics says of an outcome."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Supplement
from analytics.screens.chart import Chart, Sketch
from analytics.screens.numbers import decimals
from analytics.screens.parameters import at_bound
from trial.protocol.analyses import Analysis

# A residual further out is listed by name.
FAR = 3.0
# With more dots nobody points at one.
POINTED_AT = 1_200


@dataclass(frozen=True)
class FarRow:
    """A value far from what the model says."""

    participant: str
    visit: str
    value: str
    fitted: str
    marginal: str
    conditional: str
    cholesky: str
    leverage: str


@dataclass(frozen=True)
class Diagnosis:
    """`far` are of participants that may be named, `far_of_others` says how many more there are of `n`."""

    quantiles: Chart
    spread: Chart
    far: tuple[FarRow, ...]
    far_of_others: int
    n: int
    facts: tuple[tuple[str, str], ...]
    poor: bool
    warnings: tuple[str, ...]


def shown(analysis: Analysis, supplement: Supplement, allowed: frozenset[str]) -> Diagnosis:
    """From the content of the part."""
    content: dict[str, Any] = supplement.content or {}
    found = content["residuals"]
    determined = content["determination"]
    far = [each for each in found if _distance(each) > FAR]
    ours = [each for each in far if each["participant"] in allowed]
    return Diagnosis(
        quantiles=_quantiles(analysis, content["quantiles"]),
        spread=_spread(analysis, found, allowed),
        far=tuple(_far(each) for each in ours),
        far_of_others=len(far) - len(ours),
        n=len(found),
        facts=_facts(determined),
        poor=determined["poor"],
        warnings=tuple(content["warnings"]),
    )


def _distance(residual: dict[str, Any]) -> float:
    return max(abs(float(residual[name] or 0.0)) for name in ("marginal", "conditional", "cholesky"))


def _quantiles(analysis: Analysis, points: list[dict[str, float]]) -> Chart:
    outside = sum(not each["lower"] <= each["residual"] <= each["upper"] for each in points)
    return Sketch(
        title=_("{title}: are the residuals normal?").format(title=_(analysis.title)),
        description=_(
            "{outside} of {n} residuals lie outside the band in which each of {n} independent normal values "
            "lies with 95 % probability. After a fit far fewer than 5 % do so by chance."
        ).format(outside=outside, n=len(points)),
        x_label=_("Expected under the normal distribution"),
        y_label=_("Residual, given the earlier values"),
        marked=[(each["expected"], each["residual"], _value(each, points)) for each in points],
        lower=[(each["expected"], each["lower"]) for each in points],
        upper=[(each["expected"], each["upper"]) for each in points],
        diagonal=True,
    ).drawn()


def _spread(analysis: Analysis, found: list[dict[str, Any]], allowed: frozenset[str]) -> Chart:
    known = [each for each in found if each["conditional"] is not None]
    far = sum(abs(each["conditional"]) > FAR for each in known)
    return Sketch(
        title=_("{title}: residuals by estimated mean").format(title=_(analysis.title)),
        description=_("{far} of {n} residuals are further than 3 standard deviations from zero.").format(
            far=far, n=len(known)
        ),
        x_label=_("Estimated mean in {unit}").format(unit=_(analysis.unit)),
        y_label=_("Residual, given the other values"),
        marked=[(each["fitted"], each["conditional"], _named(each, known, allowed)) for each in known],
        along=[(0.0, "")],
    ).drawn()


def _value(point: dict[str, float], points: list[dict[str, float]]) -> str:
    return decimals(point["residual"]) if len(points) <= POINTED_AT else ""


def _named(residual: dict[str, Any], known: list[dict[str, Any]], allowed: frozenset[str]) -> str:
    if len(known) > POINTED_AT:
        return ""
    code = residual["participant"]
    who = f"{code} " if code in allowed else ""
    return f"{who}{residual['visit']}: {decimals(residual['conditional'])}"


def _far(residual: dict[str, Any]) -> FarRow:
    return FarRow(
        participant=residual["participant"],
        visit=residual["visit"],
        value=decimals(residual["value"], 1),
        fitted=decimals(residual["fitted"]),
        marginal=decimals(residual["marginal"]),
        conditional=decimals(residual["conditional"]),
        cholesky=decimals(residual["cholesky"]),
        leverage=decimals(residual["leverage"], 3),
    )


def _facts(determined: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        (_("Condition number of the fixed effects"), decimals(determined["effects"], 1)),
        (_("Condition number of the covariance of the visits"), decimals(determined["covariance"], 1)),
        (_("Condition number of the covariance parameters"), decimals(determined["parameters"], 1)),
        (_("Boundary"), at_bound(determined["at_boundary"])),
    )
