"""The report of a lock on paper: what was locked, by whom and why, and what was open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, Spacer, Table

from forms_app.paper.casebook import BELOW_HEADING, ROWS
from forms_app.paper.document import Bookmark, Frontispiece, write
from forms_app.paper.styles import ALARM, CHAPTER, SMALL, STRONG, TITLE, WIDTH, paragraph

NAME_WIDTH = 0.3 * WIDTH


@dataclass(frozen=True)
class LockReport:
    """A report in words: facts by name, how much is open of each kind, and each point."""

    title: str
    facts: Sequence[tuple[str, str]]
    counts: Sequence[tuple[str, int]]
    points: Sequence[tuple[str, Sequence[str]]]
    printed: str


def draw(report: LockReport, alarm: str = "") -> bytes:
    """The report as PDF, in the active language; `alarm` stands in red on each page."""
    return write(list(_story(report, alarm)), Frontispiece(report.title, report.printed, alarm))


def _story(report: LockReport, alarm: str) -> Iterator[Flowable]:
    yield paragraph(report.title, TITLE)
    if alarm:
        yield paragraph(alarm, STRONG.clone("alarm", textColor=ALARM))
        yield Spacer(0, 6)
    yield _table(report.facts)
    yield paragraph(_("What was open"), CHAPTER)
    if not report.counts:
        yield paragraph(_("Nothing was open."), SMALL)
        return
    yield _table([(title, str(number)) for title, number in report.counts])
    for title, lines in report.points:
        yield CondPageBreak(BELOW_HEADING)
        yield Bookmark(f"open-{title}", title)
        yield paragraph(title, CHAPTER)
        for line in lines:
            yield paragraph(line, SMALL)


def _table(rows: Sequence[tuple[str, str]]) -> Flowable:
    cells = [[paragraph(name, STRONG), paragraph(value)] for name, value in rows]
    return Table(cells, colWidths=[NAME_WIDTH, WIDTH - NAME_WIDTH], style=ROWS)
