"""What the results page says about one analysis: words and shapes, ready for the template."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.models import Description, Estimate, Run
from analytics.models.estimate import CHANGE, MEAN
from analytics.screens import tracks
from analytics.screens.numbers import NONE, decimals, interval, p_value
from analytics.screens.plot import Plot, draw_run
from analytics.screens.tracks import Tracks
from analytics.selectors.reports import Reported, Status
from trial.models import Site
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

HASH_SHOWN = 12


@dataclass(frozen=True)
class VisitRow:
    """A line of the table, all of it text."""

    code: str
    label: str
    n: str
    observed_mean: str
    sd: str
    mean: str
    mean_interval: str
    change: str
    change_interval: str
    df: str
    p: str
    p_adjusted: str


@dataclass(frozen=True)
class Panel:
    """An analysis on the results page. Without a run there is neither table nor plot."""

    analysis: Analysis
    status: Status
    refitting: bool
    run: Run | None
    level: str
    looks: int
    short_hash: str
    direction: str
    rows: tuple[VisitRow, ...]
    tracks: Tracks
    plot: Plot | None


def panel(reported: Reported, *, looks: int, sites: Sequence[Site]) -> Panel:
    """`sites` are those whose participants may be drawn; estimates are of the whole trial."""
    analysis, run = reported.analysis, reported.run
    estimates = tuple(run.estimates.all()) if run else ()
    people = tracks.read(analysis, sites if run else ())
    return Panel(
        analysis=analysis,
        status=reported.status,
        refitting=reported.refit_due,
        run=run,
        level=f"{100 * analysis.level:g} %",
        looks=looks,
        short_hash=run.data_hash[:HASH_SHOWN] if run else "",
        direction="Lower is better" if analysis.improves == "down" else "Higher is better",
        rows=_rows(analysis, tuple(run.descriptions.all()), estimates) if run else (),
        tracks=people,
        plot=draw_run(analysis, people.vectors, run) if run else None,
    )


def _rows(
    analysis: Analysis, descriptions: Sequence[Description], estimates: Sequence[Estimate]
) -> tuple[VisitRow, ...]:
    observed = {each.visit: each for each in descriptions}
    means = {each.visit: each for each in estimates if each.kind == MEAN}
    changes = {each.visit: each for each in estimates if each.kind == CHANGE}
    return tuple(
        _row(visit, observed.get(visit), means.get(visit), changes.get(visit)) for visit in analysis.visits
    )


def _row(code: str, observed: Description | None, mean: Estimate | None, change: Estimate | None) -> VisitRow:
    visit = STUDY.schedule.visit(code)
    return VisitRow(
        code=code,
        label=visit.label if visit else code,
        n=str(observed.n) if observed else NONE,
        observed_mean=decimals(observed.mean if observed else None),
        sd=decimals(observed.sd if observed else None),
        mean=decimals(mean.estimate if mean else None),
        mean_interval=interval(mean.lower, mean.upper) if mean else NONE,
        change=decimals(change.estimate if change else None),
        change_interval=interval(change.lower, change.upper) if change else NONE,
        df=decimals(change.df if change else None, 1),
        p=p_value(change.p if change else None),
        p_adjusted=p_value(change.p_adjusted if change else None),
    )
