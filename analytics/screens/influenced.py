"""What the page of influence says of an outcome."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import Supplement
from analytics.screens import units
from analytics.screens.chart import Chart, Marked, Sketch
from analytics.screens.numbers import NONE, decimals, interval
from analytics.screens.visits import label
from trial.protocol.analyses import Analysis

# Of the most influential.
ROWS = 10


@dataclass(frozen=True)
class InfluenceRow:
    """`participant` is empty where it may not be named; `shifts` are by visit, `without` is the last change
    without the participant.
    """

    participant: str
    cook: str
    shifts: tuple[str, ...]
    without: str
    reason: str


@dataclass(frozen=True)
class Influences:
    visits: tuple[str, ...]
    chart: Chart
    rows: tuple[InfluenceRow, ...]
    n: int
    lead: str
    unestimated: int

    @property
    def columns(self) -> int:
        """Of the table: who, Cook's distance, a shift for each visit, the last change."""
        return 3 + len(self.visits)


def shown(analysis: Analysis, supplement: Supplement, allowed: frozenset[str]) -> Influences:
    """From the content of the part."""
    content: dict[str, Any] = supplement.content or {}
    whole, found = content["whole"], content["participants"]
    by_distance = sorted(found, key=lambda each: (each["cook"] is None, each["cook"] or 0.0), reverse=True)
    return Influences(
        visits=tuple(each["visit"] for each in whole),
        chart=_chart(analysis, found, allowed),
        rows=tuple(_row(each, whole, allowed) for each in by_distance[:ROWS]),
        n=len(found),
        lead=_lead(analysis, found, whole, allowed),
        unestimated=sum(bool(each["reason"]) for each in found),
    )


def _row(each: dict[str, Any], whole: list[dict[str, Any]], allowed: frozenset[str]) -> InfluenceRow:
    shifts = tuple(decimals(shift) for shift in each["shifts"]) or (NONE,) * len(whole)
    without = decimals(whole[-1]["estimate"] + each["shifts"][-1]) if each["shifts"] else NONE
    code = each["participant"]
    return InfluenceRow(
        code if code in allowed else "", decimals(each["cook"], 3), shifts, without, each["reason"]
    )


def _lead(
    analysis: Analysis, found: list[dict[str, Any]], whole: list[dict[str, Any]], allowed: frozenset[str]
) -> str:
    """The one sentence: who moves the last change most, and by how much."""
    known = [each for each in found if each["shifts"]]
    if not known:
        return ""
    most = max(known, key=lambda each: abs(each["shifts"][-1]))
    change, shift = whole[-1], most["shifts"][-1]
    who = most["participant"] if most["participant"] in allowed else _("one participant")
    return _(
        "Without {who} the change to {visit} would be {without} instead of {change} {unit} (interval of the "
        "whole {interval}), {errors} standard errors away; no other moves it more."
    ).format(
        who=who,
        visit=label(change["visit"]),
        without=decimals(change["estimate"] + shift),
        change=decimals(change["estimate"]),
        unit=units.of_change(analysis),
        interval=interval(change["lower"], change["upper"]),
        errors=decimals(abs(shift) / change["se"]),
    )


def _chart(analysis: Analysis, found: list[dict[str, Any]], allowed: frozenset[str]) -> Chart:
    """Each participant by both: Cook's distance, and the shift of the last change."""
    known = [each for each in found if each["cook"] is not None]
    return Sketch(
        title=_("{title}: who moves the estimates").format(title=_(analysis.title)),
        description=_("{n} participants; the largest Cook's distance is {most}.").format(
            n=len(known), most=decimals(max((each["cook"] for each in known), default=None), 3)
        ),
        x_label=_("Shift of the change to {visit} without the participant, in {unit}").format(
            visit=analysis.visits[-1], unit=units.of_change(analysis)
        ),
        y_label=_("Cook's distance"),
        marked=[_dot(each, allowed) for each in known],
        named=[_dot(each, allowed) for each in _foremost(known) if each["participant"] in allowed],
        across=[(0.0, "")],
    ).drawn()


def _foremost(known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who moves the last change most, and who moves all coefficients most; they may be one."""
    by_shift = sorted(known, key=lambda each: abs(each["shifts"][-1]))
    by_cook = sorted(known, key=lambda each: float(each["cook"]))
    return [*by_shift[-1:], *(each for each in by_cook[-1:] if each is not by_shift[-1])]


def _dot(each: dict[str, Any], allowed: frozenset[str]) -> Marked:
    code = each["participant"]
    return each["shifts"][-1], each["cook"], code if code in allowed else ""
