"""What the results page says about one analysis: words and shapes, ready for the template."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.declared import ADJUSTMENT_IN_WORDS
from analytics.models import Rebuild, Run
from analytics.screens import changed, fitted, lead, methods, provenance, tracks
from analytics.screens.changed import Changed
from analytics.screens.numbers import percent
from analytics.screens.plot import Plot, draw_run
from analytics.screens.rows import VisitRow, rows_of
from analytics.screens.tracks import Tracks
from analytics.selectors import reports
from analytics.selectors.reports import Reported, Status
from analytics.selectors.standings import Standing
from trial.models import Site
from trial.protocol.analyses import Analysis

HASH_SHOWN = 12


@dataclass(frozen=True)
class Shown:
    """What is shown of a run. Without a result there is neither lead nor methods."""

    run: Run
    lead: str
    fitted_to: str
    fitted_at: str
    caption: str
    rows: tuple[VisitRow, ...]
    tracks: Tracks
    plot: Plot
    changed: Changed | None
    facts: tuple[tuple[str, str], ...]
    methods: str
    level: str
    short_hash: str
    short_digest: str


@dataclass(frozen=True)
class Panel:
    """An analysis on the results page, `shown` once it has a run."""

    analysis: Analysis
    title: str
    status: Status
    refitting: bool
    looks: int
    direction: str
    rebuild: Rebuild | None
    rebuild_words: str
    shown: Shown | None


def panels(found: Sequence[Standing], sites: Sequence[Site]) -> list[Panel]:
    """`sites` are those whose participants may be drawn; estimates are of the whole trial.

    As many queries for many participants as for few.
    """
    return [_panel(each, sites) for each in reports.report(found)]


def _panel(reported: Reported, sites: Sequence[Site]) -> Panel:
    analysis, rebuild = reported.analysis, reported.rebuild
    return Panel(
        analysis=analysis,
        title=_(analysis.title),
        status=reported.status,
        refitting=reported.refit_due,
        looks=reported.looks,
        direction=_("Lower is better.") if analysis.improves == "down" else _("Higher is better."),
        rebuild=rebuild,
        rebuild_words=fitted.rebuild_words(rebuild) if rebuild else "",
        shown=_shown(reported, reported.run, sites) if reported.run else None,
    )


def _shown(reported: Reported, run: Run, sites: Sequence[Site]) -> Shown:
    analysis = reported.analysis
    people = tracks.read(analysis, run, sites)
    estimates = tuple(run.estimates.all())
    return Shown(
        run=run,
        lead=lead.sentence(analysis, estimates, run.level),
        fitted_to=_fitted_to(run),
        fitted_at=provenance.moment(run),
        caption=caption(analysis, run),
        rows=rows_of(analysis, tuple(run.descriptions.all()), estimates),
        tracks=people,
        plot=draw_run(analysis, people.vectors, run),
        changed=changed.words(analysis, reported.since) if reported.since else None,
        facts=fitted.facts(run),
        methods=methods.paragraph(analysis, run, reported.looks) if run.covariance_fitted else "",
        level=percent(run.level),
        short_hash=run.data_hash[:HASH_SHOWN],
        short_digest=run.statistics_digest[:HASH_SHOWN],
    )


def _fitted_to(run: Run) -> str:
    """On how much it rests; when it was fitted follows."""
    values = ngettext("{count} value", "{count} values", run.n_observations)
    participants = ngettext("{count} participant", "{count} participants", run.n_participants)
    return _("{values} of {participants}, fitted").format(
        values=values.format(count=run.n_observations),
        participants=participants.format(count=run.n_participants),
    )


def caption(analysis: Analysis, run: Run) -> str:
    """What stands below the table of an outcome."""
    return _(
        "{title} in {unit}: observed, estimated, and changed from {reference}. CI: {level} interval, for "
        "each number alone. Adjusted: for all changes together, {adjustment}."
    ).format(
        title=_(analysis.title),
        unit=_(analysis.unit),
        reference=analysis.reference,
        level=percent(run.level),
        adjustment=_(ADJUSTMENT_IN_WORDS[run.adjustment]),
    )
