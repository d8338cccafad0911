"""What the sensitivity page says of an outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from analytics.mixed import IN_WORDS
from analytics.mixed.generalised import FAMILIES_IN_WORDS
from analytics.mixed.sensitivity import COMPARATORS_IN_WORDS, STRATEGIES_IN_WORDS
from analytics.models import Supplement
from analytics.screens import units
from analytics.screens.chart import Chart, Sketch
from analytics.screens.forest import Forest, Line, forest
from analytics.screens.numbers import decimals, interval, p_value
from analytics.screens.visits import label
from analytics.supplements.sensitivity import COMPARISON, COVARIANCE, DECLARED, FAMILY, IMPUTED, MISSING
from trial.protocol.analyses import Analysis
from trial.protocol.marker import N_

HEADS = {
    DECLARED: N_("Declared analysis"),
    COVARIANCE: N_("Other covariances"),
    FAMILY: N_("Other distributions"),
    MISSING: N_("Missing values, conditional mean"),
    IMPUTED: N_("Missing values, multiple imputation"),
    COMPARISON: N_("For comparison only"),
}
NAMES: dict[str, Any] = {
    DECLARED: IN_WORDS,
    COVARIANCE: IN_WORDS,
    FAMILY: FAMILIES_IN_WORDS,
    MISSING: STRATEGIES_IN_WORDS,
    IMPUTED: STRATEGIES_IN_WORDS,
    COMPARISON: COMPARATORS_IN_WORDS,
}


@dataclass(frozen=True)
class ModelRow:
    """A model of the table at one visit; `reason` says why it has no numbers."""

    group: str
    name: str
    visit: str
    change: str
    interval: str
    se: str
    df: str
    p: str
    reason: str


@dataclass(frozen=True)
class Sensitivity:
    """`visit` is the last one, which is drawn; `rows` hold all of them."""

    visit: str
    forest: Forest
    rows: tuple[ModelRow, ...]
    warnings: tuple[str, ...]
    tipping: Chart | None
    tips: str
    missing: str
    jackknife: str
    meanings: tuple[tuple[str, str], ...]


def shown(analysis: Analysis, supplement: Supplement, allowed: frozenset[str]) -> Sensitivity:
    """From the content of the part."""
    content: dict[str, Any] = supplement.content or {}
    last = analysis.visits[-1]
    point = next((each for each in content["tipping"] if each["visit"] == last), None)
    return Sensitivity(
        visit=label(last),
        forest=_forest(analysis, content["models"], last),
        rows=tuple(_rows(content["models"])),
        warnings=tuple(_warnings(content["models"])),
        tipping=_tipping(analysis, point) if point else None,
        tips=_tips(analysis, point, content["values_after_dropout"]) if point else "",
        missing=_missing(content),
        jackknife=_(
            "Values missing after a participant's last visit are put in at what the model predicts, plus an "
            "amount towards worse, the same at each visit. Intervals by the jackknife. An amount that leads "
            "beyond the end of the scale is too large to be true."
        ),
        meanings=_meanings(analysis, content),
    )


def _missing(content: dict[str, Any]) -> str:
    """Of how many values all this speaks."""
    return _(
        "Dropped out: {dropouts}; values missing after their last visits: {values}. Awaited, because their "
        "next visit is not over: {awaited}; these values are not missing yet, and follow the model in every "
        "analysis."
    ).format(dropouts=content["dropouts"], values=content["values_after_dropout"], awaited=content["awaited"])


def _meanings(analysis: Analysis, content: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What is assumed in each."""
    visit = label(analysis.reference)
    return (
        (
            _("Other distributions"),
            _(
                "Generalised mixed models with a random intercept for each participant, by adaptive "
                "Gauss–Hermite quadrature with {nodes} nodes: binomial and cumulative logit take the score "
                "as steps of a bounded scale, Gamma with a log link as a positive value. Their changes are "
                "averaged over the participants, so that they compare with those of the declared model."
            ).format(nodes=content["nodes"]),
        ),
        (
            _("missing at random"),
            _("Whoever dropped out goes on as the model predicts from their own values."),
        ),
        (
            _("jump to reference"),
            _(
                "After the last visit the mean is that of the reference: here the level of {visit}, so "
                "nothing was gained."
            ).format(visit=visit),
        ),
        (
            _("copy reference"),
            _("Whoever dropped out is taken to have followed the reference all along."),
        ),
        (
            _("copy increments in reference"),
            _("From the last visit on the mean moves as the reference does: here not at all."),
        ),
        (
            _("Conditional mean"),
            _(
                "Each missing value stands at its expectation; standard errors by leaving out each "
                "participant in turn."
            ),
        ),
        (
            _("Multiple imputation"),
            _(
                "{number} sets of values are drawn, each is analysed, and the results are combined by "
                "Rubin's rules."
            ).format(number=content["imputations"]),
        ),
        (
            _("For comparison only"),
            _(
                "Completers and last values carried forward are shown because readers ask for them. Neither "
                "is valid when values are missing at random."
            ),
        ),
    )


def name(model: dict[str, Any]) -> str:
    """A model in words."""
    return _(NAMES[model["group"]][model["code"]])


def _forest(analysis: Analysis, models: Sequence[dict[str, Any]], visit: str) -> Forest:
    title = _("{title}: change from {reference} to {visit}, by every model").format(
        title=_(analysis.title), reference=label(analysis.reference), visit=label(visit)
    )
    lines: list[Line] = []
    for group, of_group in groupby(models, lambda model: str(model["group"])):
        lines += [Line(_(HEADS[group]), head=True), *(_line(model, visit) for model in of_group)]
    described = "; ".join(f"{line.label} {line.words}" for line in lines if not line.head)
    return forest(title, described, _("Change in {unit}").format(unit=units.of_change(analysis)), lines)


def _line(model: dict[str, Any], visit: str) -> Line:
    found = _at(model, visit)
    if found is None:
        return Line(name(model), words=_("not estimated"), kind=model["group"])
    words = f"{decimals(found['estimate'])} ({interval(found['lower'], found['upper'])})"
    return Line(name(model), found["estimate"], found["lower"], found["upper"], words, kind=model["group"])


def _at(model: dict[str, Any], visit: str) -> dict[str, Any] | None:
    return next((each for each in model["estimates"] if each["visit"] == visit), None)


def _rows(models: Sequence[dict[str, Any]]) -> Iterator[ModelRow]:
    for model in models:
        group, named = _(HEADS[model["group"]]), name(model)
        if model["reason"]:
            yield ModelRow(group, named, "", "", "", "", "", "", model["reason"])
        for each in model["estimates"]:
            yield ModelRow(
                group=group,
                name=named,
                visit=each["visit"],
                change=decimals(each["estimate"]),
                interval=interval(each["lower"], each["upper"]),
                se=decimals(each["se"]),
                df=decimals(each["df"], 1) if each["df"] is not None else "∞",
                p=p_value(each["p"]),
                reason="",
            )


def _warnings(models: Sequence[dict[str, Any]]) -> Iterator[str]:
    for model in models:
        for warning in model["warnings"]:
            yield f"{name(model)}: {warning}"


def _tipping(analysis: Analysis, point: dict[str, Any]) -> Chart:
    """From no amount to the largest, whichever way is worse."""
    found = list(zip(map(abs, point["deltas"]), point["estimates"], strict=True))
    unit = units.of_change(analysis)
    tips_at = None if point["tips_at"] is None else abs(point["tips_at"])
    down = _("How much lower each value missing after dropout is put, in {unit}")
    up = _("How much higher each value missing after dropout is put, in {unit}")
    return Sketch(
        title=_("{title}: how much worse the missing values would have to be").format(
            title=_(analysis.title)
        ),
        description=_("The line is the estimate, the area its interval."),
        x_label=(down if analysis.improves == "up" else up).format(unit=unit),
        y_label=_("Change to {visit}").format(visit=point["visit"]),
        line=[(amount, each["estimate"]) for amount, each in found],
        lower=[(amount, each["lower"]) for amount, each in found],
        upper=[(amount, each["upper"]) for amount, each in found],
        along=[(0.0, _("no change"))],
        across=[]
        if tips_at is None
        else [(tips_at, _("tips at {amount}").format(amount=decimals(tips_at, 1)))],
    ).drawn()


def _tips(analysis: Analysis, point: dict[str, Any], values: int) -> str:
    unit = units.of_change(analysis)
    if not values:
        return _("Nobody dropped out, so no amount changes anything.")
    if point["already"]:
        return _("The interval includes no change already when values are missing at random.")
    if point["tips_at"] is None:
        return _(
            "Even if each value missing after dropout were {worse} than the model predicts, the interval "
            "would still show a change."
        ).format(worse=_worse(point["deltas"][-1], unit))
    return _(
        "The interval begins to include no change when each value missing after dropout is {worse} than the "
        "model predicts."
    ).format(worse=_worse(point["tips_at"], unit))


def _worse(delta: float, unit: str) -> str:
    """As far as a reader would say it: without a sign."""
    said = _("{size} {unit} lower") if delta < 0 else _("{size} {unit} higher")
    return said.format(size=decimals(abs(delta), 1), unit=unit)
