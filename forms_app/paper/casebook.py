"""The filled casebook of one participant, with its audit trail."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Paragraph, Spacer, Table

from forms_app.paper.book import Answer, Block, Book, Change, Part, Sheet, SignatureLine
from forms_app.paper.document import Bookmark, Frontispiece, write
from forms_app.paper.fonts import BOLD, markup
from forms_app.paper.styles import (
    ALARM,
    CHAPTER,
    DOUBT,
    LINE,
    SECTION,
    SHADE,
    SMALL,
    STRONG,
    SUBSECTION,
    TEXT,
    TITLE,
    WIDTH,
    paragraph,
)

LABEL_WIDTH = 0.44 * WIDTH
BELOW_HEADING = 80.0

ROWS: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
]


SHADED: list[Any] = [*ROWS, ("BACKGROUND", (0, 0), (-1, -1), SHADE), ("LEFTPADDING", (0, 0), (-1, -1), 4)]
HEAD = SMALL.clone("head", fontName=BOLD)


def draw(book: Book, alarm: str = "") -> bytes:
    """The casebook as PDF, in the active language; `alarm` stands in red on each page."""
    front = Frontispiece(
        title=_("Casebook of {participant}").format(participant=book.code), foot=book.printed, alarm=alarm
    )
    story = [*_first_page(book, alarm), *(part for each in book.parts for part in _part(each))]
    return write(story, front)


def _first_page(book: Book, alarm: str) -> Iterator[Flowable]:
    yield paragraph(_("Casebook of {participant}").format(participant=book.code), TITLE)
    if alarm:
        yield paragraph(alarm, STRONG.clone("alarm", textColor=ALARM))
        yield Spacer(0, 6)
    rows = [[paragraph(name, STRONG), paragraph(value)] for name, value in book.facts]
    yield Table(rows, colWidths=[0.2 * WIDTH, 0.8 * WIDTH], style=ROWS)
    yield Spacer(0, 6)
    yield paragraph(book.printed, SMALL)
    yield from _signatures(book.signatures)
    yield from _changes(book.changes)
    yield paragraph(_("Contents"), CHAPTER)
    for number, part in enumerate(book.parts):
        yield _entry(number, part)


def _entry(number: int, part: Part) -> Flowable:
    titles = ", ".join(sheet.title for sheet in part.sheets) or part.empty
    link = f'<a href="#{_name(part)}"><font name="{BOLD}">{markup(part.title)}</font></a>'
    return Paragraph(f"{link}: {markup(titles)}", TEXT)


def _name(part: Part) -> str:
    return f"part-{part.title}"


def _part(part: Part) -> Iterator[Flowable]:
    """What holds records begins on a page of its own."""
    yield PageBreak() if part.sheets else CondPageBreak(BELOW_HEADING)
    yield Bookmark(_name(part), part.title)
    yield paragraph(part.title, TITLE)
    for fact in (*part.facts, part.empty):
        if fact:
            yield paragraph(fact, SMALL)
    yield from _signatures(part.signatures)
    yield from _changes(part.changes)
    for sheet in part.sheets:
        yield from _sheet(part, sheet)


def _sheet(part: Part, sheet: Sheet) -> Iterator[Flowable]:
    yield CondPageBreak(BELOW_HEADING)
    yield Bookmark(f"{_name(part)}-{sheet.title}", sheet.title, level=1)
    yield paragraph(sheet.title, CHAPTER)
    yield paragraph(sheet.state, SMALL)
    yield from _signatures(sheet.signatures)
    if sheet.removed:
        yield paragraph(_("Removed: this record is not in use."), DOUBT)
    for note in sheet.notes:
        yield paragraph(note, DOUBT)
    for block in sheet.blocks:
        yield from _block(block)
    yield from _changes(sheet.changes)


def _signatures(signatures: Sequence[SignatureLine]) -> Iterator[Flowable]:
    """Each signature in a line of its own; one that is broken is struck out, with why behind it."""
    if signatures:
        yield CondPageBreak(BELOW_HEADING)
        yield paragraph(_("Signed"), SECTION)
    for each in signatures:
        if each.broken:
            said = f"<strike>{markup(each.said)}</strike> {markup(each.broken)}"
            yield Paragraph(said, DOUBT)
        else:
            yield paragraph(each.said)


def _changes(changes: Sequence[Change]) -> Iterator[Flowable]:
    if changes:
        yield CondPageBreak(BELOW_HEADING)
        yield paragraph(_("Changes, the latest first"), SECTION)
        yield Table([[_change(change)] for change in changes], colWidths=[WIDTH], style=SHADED)


def _block(block: Block) -> Iterator[Flowable]:
    if block.title:
        yield CondPageBreak(BELOW_HEADING)
        yield paragraph(block.title, SECTION)
    for section, members in groupby(block.answers, key=lambda answer: answer.section):
        if section:
            yield CondPageBreak(BELOW_HEADING)
            yield paragraph(section, SUBSECTION)
        rows = [[paragraph(answer.label), _value(answer)] for answer in members]
        yield Table(rows, colWidths=[LABEL_WIDTH, WIDTH - LABEL_WIDTH], style=ROWS)


def _value(answer: Answer) -> list[Flowable]:
    value = paragraph(answer.value, STRONG) if answer.value else paragraph(_("empty"), SMALL)
    return [value, *(paragraph(note, DOUBT) for note in answer.notes)]


def _change(change: Change) -> list[Flowable]:
    return [paragraph(change.head, HEAD), paragraph("; ".join(change.lines), SMALL)]
