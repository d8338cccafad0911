"""The codebook on paper."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, Spacer, Table

from analytics.codebook.chapters import Chapter, Line, Part, chapters, missing, shapes
from analytics.exports.dataset import Column
from forms_app.paper.blank_crf import BELOW_HEADING, GRID
from forms_app.paper.document import Bookmark, Frontispiece, write
from forms_app.paper.styles import CHAPTER, SECTION, SHADE, SMALL, STRONG, TITLE, WIDTH, paragraph
from trial.protocol import STUDY

WIDTHS = (0.3 * WIDTH, 0.28 * WIDTH, 0.26 * WIDTH, 0.16 * WIDTH)
HALVES = (0.4 * WIDTH, 0.6 * WIDTH)
STYLE: list[Any] = [*GRID, ("BACKGROUND", (0, 0), (-1, 0), SHADE), ("LEFTPADDING", (0, 0), (-1, -1), 3)]


def draw() -> bytes:
    """The codebook as PDF, in the active language. The same declaration gives the same bytes."""
    return write(list(_story()), Frontispiece(title=_("Codebook"), foot=_("Codebook")))


def _story() -> Iterator[Flowable]:
    yield paragraph(_("Codebook"), TITLE)
    yield paragraph(f"{_(STUDY.title)} ({STUDY.code})", STRONG)
    yield Spacer(0, 6)
    yield paragraph(_("Where there is no value, a code says why: {codes}.").format(codes=_said(missing())))
    for chapter in chapters():
        yield from _chapter(chapter)
    yield CondPageBreak(BELOW_HEADING)
    yield Bookmark("shapes", _("Columns of exports that are no items"))
    yield paragraph(_("Columns of exports that are no items"), CHAPTER)
    for shape in shapes():
        yield paragraph(f"{shape.title} ({shape.code})", SECTION)
        yield Table([_column(column) for column in shape.columns], colWidths=HALVES, style=GRID)


def _chapter(chapter: Chapter) -> Iterator[Flowable]:
    yield CondPageBreak(BELOW_HEADING)
    yield Bookmark(chapter.code, chapter.title)
    yield paragraph(f"{chapter.title} ({chapter.code})", CHAPTER)
    for part in chapter.parts:
        if part.code != chapter.code:
            yield CondPageBreak(BELOW_HEADING)
            yield paragraph(f"{part.title} ({part.code})", SECTION)
        for note in part.notes:
            yield paragraph(note, SMALL)
        yield _table(part)


def _table(part: Part) -> Table:
    head = [paragraph(word, STRONG) for word in (_("Item"), _("Type"), _("Codes"), _("Tabulation, privacy"))]
    rows = [_row(line) for line in part.lines]
    return Table([head, *rows], colWidths=WIDTHS, style=STYLE, repeatRows=1)


def _row(line: Line) -> list[list[Flowable]]:
    return [
        [paragraph(line.label), paragraph(line.name, SMALL)],
        [paragraph(line.type), *(paragraph(fact, SMALL) for fact in line.facts)],
        [paragraph(_said(line.codes), SMALL), paragraph(line.codelist, SMALL)],
        [paragraph(line.cdisc, SMALL), paragraph(line.privacy, SMALL)],
    ]


def _column(column: Column) -> list[Flowable]:
    said = ". ".join(filter(None, (column.label, _said(column.codes))))
    return [paragraph(column.name, SMALL), paragraph(said, SMALL)]


def _said(codes: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{code} = {label}" for code, label in codes)
