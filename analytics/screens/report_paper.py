"""The report on paper."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.platypus import CondPageBreak, Flowable, Image, KeepTogether, Spacer, Table

from analytics.screens.chart import Chart
from analytics.screens.described import CountRow, Description
from analytics.screens.diagnosed import Diagnosis
from analytics.screens.forest import Forest
from analytics.screens.influenced import Influences
from analytics.screens.planned import Planning
from analytics.screens.plot import Plot
from analytics.screens.reported import Chapter, Report, Section
from analytics.screens.sensitive import Sensitivity
from forms_app.paper.blank_crf import BELOW_HEADING, GRID
from forms_app.paper.document import Bookmark, Frontispiece, write
from forms_app.paper.styles import CHAPTER, DOUBT, SECTION, SHADE, SMALL, STRONG, TITLE, WIDTH, paragraph
from trial.protocol import STUDY
from trial.screens.pictures import png

# Some 240 pixels an inch.
ZOOM = 2.0
# Above and below a table, in points.
ROOM = 6
STYLE: list[Any] = [*GRID, ("BACKGROUND", (0, 0), (-1, 0), SHADE), ("LEFTPADDING", (0, 0), (-1, -1), 3)]
# Of the width of the page that a figure has.
WIDE, NARROW = 0.9, 0.65
# The columns of the tables of sensitivity.
MODELS = (4, 0.8, 1.2, 2.2, 1, 1, 1.2)

Row = Sequence[str]


def draw(report: Report, drawn: Report, printed: str) -> bytes:
    """As PDF, in the active language; `drawn` is the same report in the language of the figures."""
    return write(list(_story(report, drawn)), Frontispiece(title=_("Report of the analysis"), foot=printed))


def _story(report: Report, drawn: Report) -> Iterator[Flowable]:
    yield paragraph(_("Report of the analysis"), TITLE)
    yield paragraph(f"{_(STUDY.title)} ({STUDY.code})", STRONG)
    yield paragraph(_("As of position {position}").format(position=report.position), SMALL)
    yield paragraph(report.standing, SMALL)
    if settings.SYNTHETIC_DATA:
        yield paragraph(f"{_('Synthetic data.')} {_('Nobody here is a real person.')}", STRONG)
    yield Spacer(0, 6)
    if not report.complete:
        yield paragraph(
            _("Not complete: {done} of {total} parts are calculated.").format(
                done=report.done, total=report.total
            ),
            DOUBT,
        )
    for chapter, figures in zip(report.chapters, drawn.chapters, strict=True):
        yield from _chapter(chapter, figures)
    yield from _description(report.description)


def _chapter(chapter: Chapter, figures: Chapter) -> Iterator[Flowable]:
    analysis, run = chapter.analysis, chapter.run
    yield from _heading(analysis.outcome, chapter.title)
    for message in run.messages:
        yield paragraph(message, DOUBT)
    if chapter.lead:
        yield paragraph(chapter.lead, STRONG)
    if chapter.methods:
        yield paragraph(_("Methods"), SECTION)
        yield paragraph(chapter.methods)
    yield _figure("analytics/drawing.svg", NARROW, figures.plot)
    yield _table(
        (_("Visit"), "n", _("Mean"), _("SD"), _("Estimated mean"), _("CI")),
        (2, 1, 1, 1, 2, 2),
        ((row.label, row.n, row.observed_mean, row.sd, row.mean, row.mean_interval) for row in chapter.rows),
    )
    yield _table(
        (_("Visit"), _("Change"), _("CI"), _("SE"), "df", "p", _("Adjusted CI"), _("Adjusted p")),
        (1.5, 1.2, 2, 0.8, 0.8, 1, 2, 1.2),
        (
            (
                *(row.label, row.change, row.change_interval, row.se, row.df, row.p),
                *(row.adjusted_interval, row.p_adjusted),
            )
            for row in chapter.rows
            if row.code != analysis.reference
        ),
    )
    yield paragraph(chapter.caption, SMALL)
    for term, words in chapter.facts:
        yield paragraph(f"{term}: {words}", SMALL)
    yield paragraph(
        _("Data hash {data_hash}. Code: {code}.").format(data_hash=run.data_hash, code=run.code_version),
        SMALL,
    )
    for section, drawn in zip(chapter.sections, figures.sections, strict=True):
        yield from _section(section, drawn)


def _section(section: Section, drawn: Section) -> Iterator[Flowable]:
    title = paragraph(section.title, SECTION)
    if section.shown is None:
        yield KeepTogether([title, paragraph(section.problem or _("Not calculated yet."), DOUBT)])
        return
    first, *others = DRAWN[section.part](section.shown, drawn.shown)
    yield KeepTogether([title, first])
    yield from others
    yield paragraph(section.provenance, SMALL)


def _sensitivity(shown: Sensitivity, drawn: Sensitivity) -> Iterator[Flowable]:
    yield paragraph(shown.missing, SMALL)
    yield _figure("analytics/forest.svg", WIDE, drawn.forest)
    if drawn.tipping:
        figure = _figure("analytics/chart.svg", NARROW, drawn.tipping)
        yield KeepTogether([paragraph(shown.tips), figure, paragraph(shown.jackknife, SMALL)])
    for group, rows in groupby(shown.rows, lambda row: row.group):
        yield _table(
            (group, _("Visit"), _("Change"), _("CI"), _("SE"), "df", "p"),
            MODELS,
            ((row.name, row.visit, row.change, row.interval, row.se, row.df, row.p) for row in rows),
        )
    yield from (paragraph(f"{row.name}: {row.reason}", SMALL) for row in shown.rows if row.reason)
    yield from (paragraph(f"{term}: {words}", SMALL) for term, words in shown.meanings)
    yield from (paragraph(warning, SMALL) for warning in shown.warnings)


def _diagnostics(shown: Diagnosis, drawn: Diagnosis) -> Iterator[Flowable]:
    for chart, said in ((drawn.quantiles, shown.quantiles), (drawn.spread, shown.spread)):
        figure = _figure("analytics/chart.svg", NARROW, chart)
        yield KeepTogether([figure, paragraph(said.description, SMALL)])
    yield from (paragraph(f"{term}: {words}", SMALL) for term, words in shown.facts)
    yield from (paragraph(warning, DOUBT) for warning in shown.warnings)
    if shown.poor:
        poor = _(
            "The data hardly determine the model: a condition number is above a million, so a small error in "
            "the data would be a large one in the result."
        )
        yield paragraph(poor, DOUBT)
    if shown.far_of_others:
        others = _(
            "Values of participants who are not of your sites and further than 3 standard deviations: {n}."
        )
        yield paragraph(others.format(n=shown.far_of_others), SMALL)
    if shown.far:
        yield _table(
            (
                *(_("Participant"), _("Visit"), _("Value"), _("Estimated mean"), _("Against the mean")),
                *(_("Given the other values"), _("Given the earlier values"), _("Leverage")),
            ),
            (1.2, 0.8, 0.8, 1, 1, 1.2, 1.2, 1),
            (
                (
                    *(row.participant, row.visit, row.value, row.fitted, row.marginal),
                    *(row.conditional, row.cholesky, row.leverage),
                )
                for row in shown.far
            ),
        )


def _influence(shown: Influences, drawn: Influences) -> Iterator[Flowable]:
    if shown.lead:
        yield paragraph(shown.lead)
    if shown.unestimated:
        lost = _("Participants without each of whom the declared model cannot be fitted: {n}.")
        yield paragraph(lost.format(n=shown.unestimated), DOUBT)
    yield _figure("analytics/chart.svg", NARROW, drawn.chart)
    yield _table(
        (_("Participant"), _("Cook's distance"), *shown.visits, _("Last change without")),
        (1.5, *[1.0] * (len(shown.visits) + 2)),
        (
            (row.participant or _("not of your sites"), row.cook, *row.shifts, row.without)
            for row in shown.rows
        ),
    )
    yield from (paragraph(row.reason, SMALL) for row in shown.rows if row.reason)


def _planning(shown: Planning, drawn: Planning) -> Iterator[Flowable]:
    yield from map(paragraph, shown.needed)
    yield _figure("analytics/chart.svg", NARROW, drawn.chart)
    yield _table(
        (_("Participants"), _("Power"), _("Band"), _("Simulated, ± standard error"), _("Not analysable")),
        (1, 1, 1.5, 2, 1),
        ((str(row.participants), row.power, row.band, row.observed, str(row.failed)) for row in shown.rows),
    )
    yield from (paragraph(sentence, SMALL) for sentence in shown.inputs)
    yield from (paragraph(f"{term}: {words}", SMALL) for term, words in shown.assumed)


DRAWN: dict[str, Any] = {
    "sensitivity": _sensitivity,
    "diagnostics": _diagnostics,
    "influence": _influence,
    "planning": _planning,
}


def _description(shown: Description) -> Iterator[Flowable]:
    yield from _safety(shown)
    yield from _baseline(shown)
    yield from _responders(shown)
    yield from _dispersion(shown)
    yield from _completeness(shown)


def _safety(shown: Description) -> Iterator[Flowable]:
    yield from _heading("safety", _("Safety"))
    counted = _(
        "Of {n} participants who were injected; every event since consent is counted. Bounds are exact "
        "(Clopper and Pearson, 95 %)."
    )
    yield paragraph(counted.format(n=shown.treated))
    yield from _counts(_("Adverse events"), shown.kinds)
    if shown.of_others:
        others = _("Events of participants who were not injected, not counted here: {n}.")
        yield paragraph(others.format(n=shown.of_others), SMALL)
    yield from _counts(_("By event, as it was written"), shown.terms)
    if shown.terms_hidden:
        hidden = _(
            "What was written of {n} events of participants who are not of your sites is not told; the "
            "shares are of the participants of your sites."
        )
        yield paragraph(hidden.format(n=shown.terms_hidden), SMALL)
    yield from _counts(_("Immediate complications"), shown.complications, events=False)


def _baseline(shown: Description) -> Iterator[Flowable]:
    yield from _heading("baseline", _("Baseline characteristics"))
    yield _table(
        (_("Characteristic"), _("As"), _("Value"), "n"),
        (3, 2, 2, 1),
        ((row.label, row.what, row.value, row.of) for row in shown.traits),
    )


def _responders(shown: Description) -> Iterator[Flowable]:
    yield from _heading("responders", _("Responders"))
    two_rates = _(
        "Two rates, of those with a value at both visits; by per cent only of those who did not begin at "
        "zero."
    )
    for each in shown.responders:
        yield paragraph(each.title, SECTION)
        yield paragraph(f"{each.rule} {two_rates}")
        yield _table(
            (_("Visit"), _("By units"), "%", _("Exact bounds"), _("By per cent"), "%", _("Exact bounds")),
            (1, 1, 1, 1.5, 1, 1, 1.5),
            (
                (
                    *(row.visit, row.by_units.participants, row.by_units.share, row.by_units.bounds),
                    *(row.by_percent.participants, row.by_percent.share, row.by_percent.bounds),
                )
                for row in each.rows
            ),
        )


def _dispersion(shown: Description) -> Iterator[Flowable]:
    yield from _heading("dispersion", _("Dispersion by side"))
    yield _table(
        (_("Side"), _("Injected"), _("Segments, mean (SD)"), _("Segments, median (range)"), _("Pattern")),
        (1, 1, 1.5, 1.5, 2),
        ((row.side, str(row.injected), row.segments, row.range, row.patterns) for row in shown.sides),
    )


def _completeness(shown: Description) -> Iterator[Flowable]:
    yield from _heading("completeness", _("Completeness of the outcomes"))
    yield _table(
        (_("Outcome"), _("Visit"), _("With a value"), "%", _("Reasons of the others")),
        (2, 1, 1, 1, 3),
        ((row.title, row.visit, row.present, row.share, row.reasons) for row in shown.completeness),
    )


def _counts(title: str, rows: Sequence[CountRow], *, events: bool = True) -> Iterator[Flowable]:
    """Of complications only participants are counted, not `events`."""
    if not rows:
        return
    yield paragraph(title, SECTION)
    head = (_("Kind"), _("Participants"), "%", _("Exact bounds"), _("Events"))
    cells = ((row.kind, row.participants, row.share, row.bounds, str(row.events)) for row in rows)
    columns = len(head) if events else len(head) - 1
    yield _table(head[:columns], (4, 1.3, 1, 2, 1)[:columns], (row[:columns] for row in cells))


def _heading(name: str, title: str) -> Iterator[Flowable]:
    yield CondPageBreak(BELOW_HEADING)
    yield Bookmark(name, title)
    yield paragraph(title, CHAPTER)


def _table(head: Row, widths: Sequence[float], rows: Iterable[Row]) -> Table:
    """`widths` are shares of each other."""
    cells = [[paragraph(word, STRONG) for word in head]]
    cells += [[paragraph(cell, SMALL) for cell in row] for row in rows]
    columns = [WIDTH * width / sum(widths) for width in widths]
    return Table(cells, colWidths=columns, style=STYLE, repeatRows=1, spaceBefore=ROOM, spaceAfter=ROOM)


# The letters of a picture are our fonts', which are Latin.
@override(settings.LANGUAGE_CODE)
def _figure(drawing: str, share: float, plot: Plot | Chart | Forest) -> Image:
    document = render_to_string("analytics/picture.svg", {"drawing": drawing, "plot": plot})
    width = share * WIDTH
    return Image(BytesIO(png(document, ZOOM)), width, width * plot.height / plot.width)
