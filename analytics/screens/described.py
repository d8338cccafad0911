"""The page of safety and description."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics import description
from analytics.description import EventCount, Share, Spread, Summary, Trait
from analytics.screens import units
from analytics.screens.numbers import NONE, decimals
from analytics.screens.tabs import tabs
from analytics.screens.visits import label
from analytics.selectors import nameable, study_lock
from trial.access import Right, can, check_right
from trial.screens.people import person_of


@dataclass(frozen=True)
class CountRow:
    """A kind of event: participants, their share with exact bounds, and events."""

    kind: str
    participants: str
    share: str
    bounds: str
    upper: str
    events: int


@dataclass(frozen=True)
class TraitRow:
    label: str
    what: str
    value: str
    of: str


@dataclass(frozen=True)
class ResponseRow:
    visit: str
    by_units: CountRow
    by_percent: CountRow


@dataclass(frozen=True)
class Responders:
    title: str
    rule: str
    rows: tuple[ResponseRow, ...]


@dataclass(frozen=True)
class SideRow:
    side: str
    injected: int
    segments: str
    range: str
    patterns: str


@dataclass(frozen=True)
class CompletenessRow:
    title: str
    visit: str
    present: str
    share: str
    reasons: str


@dataclass(frozen=True)
class Description:
    """Everything that the page says, in words."""

    treated: int
    kinds: tuple[CountRow, ...]
    terms: tuple[CountRow, ...]
    complications: tuple[CountRow, ...]
    terms_hidden: int
    of_others: int
    traits: tuple[TraitRow, ...]
    responders: tuple[Responders, ...]
    sides: tuple[SideRow, ...]
    completeness: tuple[CompletenessRow, ...]


@require_safe
@login_required
def safety(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    check_right(person, Right.VIEW_DESCRIPTION)
    locked = study_lock.read()
    context = {
        "tabs": tabs("results-safety", person),
        "shown": shown(nameable.read(person), responders=can(person, Right.VIEW_ESTIMATES)),
        "study_lock": locked.words if locked else "",
    }
    return render(request, "analytics/safety.html", context)


def shown(allowed: frozenset[str], *, responders: bool) -> Description:
    """See `summary`. As many queries for many participants as for few.

    `responders` of a single arm are as good as an estimate: without the right to those they are left out."""
    summary = description.summary(allowed)
    found = summary.safety
    return Description(
        treated=found.treated,
        kinds=tuple(_count(each, translated=True) for each in found.kinds),
        terms=tuple(_count(each, translated=False) for each in found.terms),
        complications=tuple(_count(each, translated=True) for each in found.complications),
        terms_hidden=found.terms_hidden,
        of_others=found.of_others,
        traits=tuple(row for trait in summary.baseline for row in _trait(trait)),
        responders=tuple(_responders(summary)) if responders else (),
        sides=tuple(_sides(summary)),
        completeness=tuple(_completeness(summary)),
    )


def _count(count: EventCount, *, translated: bool) -> CountRow:
    return _share_row(_(count.kind) if translated else count.kind, count.share, count.events)


def _share_row(kind: str, share: Share, events: int = 0) -> CountRow:
    return CountRow(
        kind=kind,
        participants=_("{n} of {of}").format(n=share.n, of=share.of),
        share=_percent(share.share),
        bounds=_("{low} to {high}").format(low=_percent(share.lower), high=_percent(share.upper)),
        upper=_percent(share.upper),
        events=events,
    )


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{decimals(100 * value, 1)} %"


def _trait(trait: Trait) -> Iterable[TraitRow]:
    named = f"{_(trait.label)} ({_(trait.unit)})" if trait.unit else _(trait.label)
    if trait.spread is not None:
        yield TraitRow(named, _("mean (SD)"), _mean(trait.spread), str(trait.spread.n))
        yield TraitRow("", _("median (range)"), _median(trait.spread), "")
    for place, (answer, share) in enumerate(trait.shares):
        value = f"{share.n} ({_percent(share.share)})"
        yield TraitRow("" if place else named, _(answer), value, "" if place else str(share.of))
    if trait.missing:
        first = trait.spread is None and not trait.shares
        yield TraitRow(named if first else "", _("no answer"), str(trait.missing), "")


def _mean(spread: Spread) -> str:
    return f"{decimals(spread.mean, 1)} ({decimals(spread.sd, 1)})"


def _median(spread: Spread) -> str:
    if spread.low is None:
        return NONE
    between = _("{low} to {high}").format(low=decimals(spread.low, 1), high=decimals(spread.high, 1))
    return f"{decimals(spread.median, 1)} ({between})"


def _responders(summary: Summary) -> Iterable[Responders]:
    for analysis, rule, responses in summary.responders:
        yield Responders(
            title=_(analysis.title),
            rule=_(
                "By units: better by at least {units} {unit}. By per cent: by at least {percent} % of the "
                "value at {visit}."
            ).format(
                units=rule.units,
                unit=units.of_change(analysis),
                percent=rule.percent,
                visit=label(analysis.reference),
            ),
            rows=tuple(
                ResponseRow(label(each.visit), _share_row("", each.by_units), _share_row("", each.by_percent))
                for each in responses
            ),
        )


def _sides(summary: Summary) -> Iterable[SideRow]:
    for each in summary.dispersion:
        yield SideRow(
            side=_(each.side),
            injected=each.injected,
            segments=_mean(each.segments),
            range=_median(each.segments),
            patterns="; ".join(f"{_(pattern)} {share.n}" for pattern, share in each.patterns) or NONE,
        )


def _completeness(summary: Summary) -> Iterable[CompletenessRow]:
    for analysis, visits in summary.completeness:
        for each in visits:
            yield CompletenessRow(
                title=_(analysis.title),
                visit=label(each.visit),
                present=_("{n} of {of}").format(n=each.present, of=each.of),
                share=_percent(each.present / each.of if each.of else None),
                reasons="; ".join(f"{_(reason)} {count}" for reason, count in each.reasons) or NONE,
            )
