"""The report of the whole analysis as of a position: methods, figures, tables, and where they come from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.datasets import awaited, vectors
from analytics.datasets.totals import Totals
from analytics.datasets.vectors import Dataset
from analytics.models import Run
from analytics.models.run import OK
from analytics.screens import described, diagnosed, fitted, influenced, lead, methods, planned, sensitive
from analytics.screens.beside import Present, provenance
from analytics.screens.described import Description
from analytics.screens.panel import caption
from analytics.screens.plot import Plot, draw
from analytics.screens.rows import VisitRow, rows_of
from analytics.selectors import study_lock
from analytics.selectors import supplements as selector
from analytics.selectors.study_lock import StudyLock
from analytics.selectors.supplements import Known
from analytics.services import runs, supplements
from analytics.supplements import PARTS
from trial import clock
from trial.audit import positions
from trial.audit.as_of import as_of
from trial.audit.positions import Position
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.protocol.marker import N_

TITLES = {
    "sensitivity": N_("Sensitivity"),
    "diagnostics": N_("Diagnostics"),
    "influence": N_("Influence"),
    "planning": N_("Planning"),
}
PRESENT: dict[str, Present] = {
    "sensitivity": sensitive.shown,
    "diagnostics": diagnosed.shown,
    "influence": influenced.shown,
    "planning": planned.shown,
}


@dataclass(frozen=True)
class Section:
    """A part of an outcome; `shown` is None while it is not calculated, `problem` says why it cannot be.

    `known` tells how far it has come.
    """

    part: str
    title: str
    shown: Any
    problem: str
    provenance: str
    known: Known

    @property
    def template(self) -> str:
        """By which the part is shown."""
        return f"analytics/{self.part}.html"


@dataclass(frozen=True)
class Chapter:
    """An outcome. Without a result the messages of its run say why, and nothing stands beside it."""

    analysis: Analysis
    title: str
    run: Run
    lead: str
    caption: str
    methods: str
    plot: Plot
    rows: tuple[VisitRow, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Report:
    position: Position
    chapters: tuple[Chapter, ...]
    description: Description
    standing: str

    @property
    def sections(self) -> list[Section]:
        return [section for chapter in self.chapters for section in chapter.sections]

    @property
    def total(self) -> int:
        return len(self.sections)

    @property
    def done(self) -> int:
        return sum(not section.known.waits for section in self.sections)

    @property
    def complete(self) -> bool:
        """Whether there will be no more to show."""
        return self.done == self.total

    @property
    def asked(self) -> bool:
        """Whether all that is missing is under way."""
        return all(section.known.wanted is not None for section in self.sections)


def read(position: Position, allowed: frozenset[str]) -> Report:
    """As of a position; participants who are not `allowed` are not named. What was due is judged at its last
    event, so that the same position gives the same report.

    The same number of statements for many participants as for few.
    """
    moment = positions.last_moment(position)
    with clock.turned_to(moment), as_of(position):
        datasets, description, ahead = _datasets(), described.shown(allowed, responders=True), awaited.read()
        standing = _standing(moment, study_lock.read())
    hashes = {dataset.analysis: dataset.content_hash() for dataset in datasets}
    known = {part: selector.read(part, hashes, ahead, or_earlier=False) for part in PARTS}
    chapters = tuple(
        _chapter(position, dataset, {part: known[part][dataset.analysis.outcome] for part in PARTS}, allowed)
        for dataset in datasets
    )
    return Report(position, chapters, description, standing)


def _standing(moment: datetime | None, locked: StudyLock | None) -> str:
    """When the position was, and whether what is said of it is confirmed."""
    said = [locked.words if locked else _("Until the study is locked, nothing here is confirmed.")]
    if moment is not None:
        day, time = date_format(moment), date_format(moment, "H:i")
        said.insert(0, _("Its last event was on {day}, {time} UTC.").format(day=day, time=time))
    return " ".join(said)


def ask(position: Position) -> None:
    """See to it that every part of the report is calculated."""
    with as_of(position):
        datasets = _datasets()
    for dataset in datasets:
        if runs.prepare(position, Totals.of(dataset)).run.status == OK:
            supplements.ask(dataset.analysis, dataset.content_hash(), position)


def _datasets() -> list[Dataset]:
    return [vectors.read(analysis) for analysis in STUDY.analyses]


def _chapter(
    position: Position, dataset: Dataset, known: dict[str, Known], allowed: frozenset[str]
) -> Chapter:
    analysis = dataset.analysis
    prepared = runs.prepare(position, Totals.of(dataset))
    run, estimates = prepared.run, prepared.estimates
    means = [each for each in estimates if each.kind == "mean"]
    return Chapter(
        analysis=analysis,
        title=_(analysis.title),
        run=run,
        lead=lead.sentence(analysis, estimates, run.level),
        caption=caption(analysis, run),
        methods=methods.paragraph(analysis, run, 0) if run.covariance_fitted else "",
        plot=draw(analysis, (), means, prepared.descriptions),
        rows=rows_of(analysis, prepared.descriptions, estimates),
        facts=fitted.facts(run),
        sections=tuple(_section(part, analysis, known[part], allowed) for part in PARTS if run.status == OK),
    )


def _section(part: str, analysis: Analysis, known: Known, allowed: frozenset[str]) -> Section:
    supplement = known.shown
    return Section(
        part=part,
        title=_(TITLES[part]),
        shown=PRESENT[part](analysis, supplement, allowed) if supplement else None,
        problem=known.wanted.problem if known.wanted else "",
        provenance=provenance(supplement) if supplement else "",
        known=known,
    )
