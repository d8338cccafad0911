"""What the page of planning says of an outcome."""

from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Supplement
from analytics.screens import units
from analytics.screens.chart import Chart, Sketch
from analytics.screens.numbers import decimals, percent
from analytics.screens.visits import label
from trial.protocol.analyses import Analysis


@dataclass(frozen=True)
class PowerRow:
    participants: int
    power: str
    band: str
    observed: str
    failed: int


@dataclass(frozen=True)
class Planning:
    """`needed` are sentences, each with a band and never a bare number; `assumed` is what the draws say."""

    chart: Chart
    rows: tuple[PowerRow, ...]
    needed: tuple[str, ...]
    assumed: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]


def shown(analysis: Analysis, supplement: Supplement, allowed: frozenset[str]) -> Planning:
    """From the content of the part."""
    content: dict[str, Any] = supplement.content or {}
    sizes = [each["participants"] for each in content["points"]]
    return Planning(
        chart=_chart(analysis, content),
        rows=tuple(_row(each) for each in content["points"]),
        needed=tuple(_needed(each, sizes) for each in content["needed"]),
        assumed=_assumed(analysis, content["assumptions"]),
        inputs=_inputs(analysis, content),
    )


def _chart(analysis: Analysis, content: dict[str, Any]) -> Chart:
    points, between = content["points"], content["between"]
    sizes = [each["participants"] for each in points]
    return Sketch(
        title=_("{title}: power of the next trial").format(title=_(analysis.title)),
        description=_(
            "The line is the mean power, the area holds 90 % of what the data of this trial leave possible, "
            "dots are shares of simulated trials. The table has the numbers."
        ),
        x_label=_("Participants, both arms together"),
        y_label=_("Power in %"),
        line=[(each["participants"], 100 * each["power"]) for each in between],
        lower=[(each["participants"], 100 * each["lower"]) for each in between],
        upper=[(each["participants"], 100 * each["upper"]) for each in between],
        marked=[(each["participants"], 100 * each["observed"], _whole(each["observed"])) for each in points],
        along=[(100 * each["power"], "") for each in content["needed"]],
        y_range=(0.0, 100.0),
        x_ticks=sizes,
    ).drawn()


def _row(point: dict[str, Any]) -> PowerRow:
    return PowerRow(
        participants=point["participants"],
        power=_whole(point["power"]),
        band=_("{low} to {high}").format(low=_whole(point["lower"]), high=_whole(point["upper"])),
        observed=_("{share} ± {error}").format(
            share=_whole(point["observed"]), error=decimals(100 * point["se"], 1)
        ),
        failed=point["failed"],
    )


def _needed(needed: dict[str, Any], sizes: list[int]) -> str:
    power = percent(needed["power"])
    if needed["participants"] is None:
        said = _("No number of participants reaches a power of {power} under the median assumption.")
        return said.format(power=power)
    fewest, median, most = (_size(needed[end], sizes) for end in ("fewest", "participants", "most"))
    if needed["fewest"] == needed["most"]:
        said = _("A power of {power} needs {size} participants; too few trials were simulated for a band.")
        return said.format(power=power, size=median)
    if fewest == most:
        said = _("A power of {power} needs {size} participants over the whole band.")
        return said.format(power=power, size=most)
    if needed["most"] is None:
        return _(
            "A power of {power} needs {fewest} participants or more: {median} under the median assumption, "
            "and at the unfavourable end of the band no number reaches it."
        ).format(power=power, fewest=fewest, median=median)
    return _(
        "A power of {power} needs from {fewest} to {most} participants, {median} under the median assumption."
    ).format(power=power, fewest=fewest, most=most, median=median)


def _size(needed: int | None, sizes: list[int]) -> str:
    """No size is stated beyond those that were simulated."""
    if needed is not None and needed < sizes[0]:
        return _("fewer than {size}").format(size=sizes[0])
    if needed is not None and needed > sizes[-1]:
        return _("more than {size}").format(size=sizes[-1])
    return str(needed)


def _assumed(analysis: Analysis, draws: list[dict[str, float]]) -> tuple[tuple[str, str], ...]:
    """The median of the draws and the middle 90 % of them."""
    first, last = label(analysis.visits[0]), label(analysis.visits[-1])
    return (
        (_("Standard deviation, {visit}").format(visit=first), _spread(draws, "sd_first")),
        (_("Standard deviation, {visit}").format(visit=last), _spread(draws, "sd_last")),
        (_("Correlation of the two"), _spread(draws, "correlation")),
        (_("Share still in the trial at {visit}").format(visit=last), _spread(draws, "stay")),
    )


def _spread(draws: list[dict[str, float]], name: str) -> str:
    values = [draw[name] for draw in draws]
    if len(values) < 2:
        return decimals(values[0])
    cuts = quantiles(values, n=20, method="inclusive")
    return _("{median} (90 % of the draws: {low} to {high})").format(
        median=decimals(cuts[9]), low=decimals(cuts[0]), high=decimals(cuts[-1])
    )


def _inputs(analysis: Analysis, content: dict[str, Any]) -> tuple[str, ...]:
    return (
        _("Two arms of equal size, compared at {visit}, two-sided at {alpha}.").format(
            visit=label(analysis.visits[-1]), alpha=percent(content["alpha"])
        ),
        _(
            "The treatment changes the outcome by {effect} {unit} at every visit after {reference}, against "
            "control."
        ).format(
            effect=decimals(content["effect"], 1),
            unit=units.of_change(analysis),
            reference=label(analysis.visits[0]),
        ),
        _(
            "Means, variances, correlations and dropout are those of this trial, drawn anew {draws} times "
            "within their uncertainty (dropout with Jeffreys' prior); {trials} trials were simulated and "
            "each was analysed by the mixed model with Kenward–Roger, adjusted for the value at {reference}."
        ).format(
            draws=len(content["assumptions"]), trials=content["trials"], reference=label(analysis.visits[0])
        ),
        _(
            "The effect itself is assumed, not estimated: a single-arm trial cannot tell the effect of the "
            "treatment from the course of the disease and regression to the mean. Its size is {source}."
        ).format(source=_(content["effect_source"])),
        _(
            "Scales have no floor or ceiling in the simulation, and who enters the trial is like who entered "
            "this one."
        ),
    )


def _whole(share: float) -> str:
    return f"{100 * share:.0f} %"
