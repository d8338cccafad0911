"""The blank annotated CRF: each form once, as a paper form reads, with its CDISC annotations in colour."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Paragraph, Spacer, Table

from forms_app.paper.annotation import annotation, domains
from forms_app.paper.blanks import condition, place, remarks
from forms_app.paper.document import Bookmark, Frontispiece, write
from forms_app.paper.fonts import markup
from forms_app.paper.styles import (
    ANNOTATION,
    ANNOTATION_GROUND,
    CHAPTER,
    LINE,
    MARK,
    NOTE,
    SECTION,
    SHADE,
    SMALL,
    SMALL_MARK,
    STRONG,
    TEXT,
    TITLE,
    WIDTH,
    paragraph,
)
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.codelists import MISSING
from trial.crf.items import Item
from trial.protocol import STUDY

NOTE_WIDTH = 104.0
# A heading goes to the next page when less than this stands below it.
BELOW_HEADING = 90.0

GRID: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
]

Cell = Flowable | list[Flowable] | str


def draw(*, compressed: bool = True) -> bytes:
    """The whole blank CRF as PDF, in the active language. The same declaration gives the same bytes."""
    front = Frontispiece(title=_("Annotated case report form"), foot=_("Blank form"))
    story = [*_first_page(), *(part for form in registry.FORMS for part in _form(form))]
    return write(story, front, compressed=compressed)


def _first_page() -> Iterator[Flowable]:
    yield Bookmark("overview", _("Overview"))
    yield paragraph(_("Annotated case report form"), TITLE)
    yield paragraph(f"{_(STUDY.title)} ({STUDY.code})", STRONG)
    yield Spacer(0, 8)
    for sentence in _explanations():
        yield paragraph(sentence)
        yield Spacer(0, 4)
    yield paragraph(_("Visits and forms"), CHAPTER)
    yield _overview()


def _explanations() -> Iterator[str]:
    yield _(
        "A round box takes one answer, a square box any number. The code that is stored stands in brackets. "
        "Dates are written as year, month, day. An asterisk marks what must be answered."
    )
    yield _("Where there is no answer, the reason is written instead: {codes}.").format(
        codes=", ".join(f"{code} = {_(label)}" for code, label in MISSING.terms)
    )
    yield _(
        "Annotations in blue say where an answer goes in the tabulation (CDISC SDTM; terms of {terms}). "
        "Shaded fields are not filled in by hand."
    ).format(terms=STUDY.ct_version)


def _overview() -> Table:
    """Which form belongs to which visit."""
    visits = STUDY.schedule.planned
    head = [_("Form"), *(visit.code for visit in visits), _("Unscheduled"), _("Log")]
    rows = [
        [
            _linked(form),
            *(_mark(form.code in visit.forms) for visit in visits),
            _mark(form.code in STUDY.schedule.unscheduled_forms),
            _mark(STUDY.schedule.log(form.code) is not None),
        ]
        for form in registry.FORMS
    ]
    others = len(head) - 1
    width = 47.0
    return Table(
        [[paragraph(head[0], STRONG), *(paragraph(word, SMALL_MARK) for word in head[1:])], *rows],
        colWidths=[WIDTH - others * width, *[width] * others],
        style=[*GRID, ("BACKGROUND", (0, 0), (-1, 0), SHADE), ("LEFTPADDING", (0, 0), (-1, -1), 3)],
        repeatRows=1,
    )


def _linked(form: type[Answers]) -> Paragraph:
    return Paragraph(f'<a href="#{form.code}">{markup(_(form.title))}</a>', TEXT)


def _mark(present: bool) -> Paragraph:
    return paragraph("×" if present else "", MARK)


def _form(form: type[Answers]) -> Iterator[Flowable]:
    """A form begins on a page of its own."""
    yield PageBreak()
    yield Bookmark(form.code, _(form.title))
    yield paragraph(_(form.title), TITLE)
    yield paragraph(_used_at(form), SMALL)
    if found := domains(form):
        yield Spacer(0, 3)
        yield _framed(", ".join(f"{code} = {name}" for code, name in found))
    yield Spacer(0, 4)
    yield from _sections(form, form.items(), ("",))
    for group in form.groups:
        yield from _group(form, group)


def _used_at(form: type[Answers]) -> str:
    at = [_(visit.label) for visit in STUDY.schedule.planned if form.code in visit.forms]
    if form.code in STUDY.schedule.unscheduled_forms:
        at.append(_("unscheduled visits"))
    if log := STUDY.schedule.log(form.code):
        at.append(_("as often as needed, at no visit") if log.repeats else _("once, at no visit"))
    return capfirst(", ".join(at))


def _framed(text: str) -> Table:
    style: list[Any] = [
        ("BOX", (0, 0), (-1, -1), 0.7, ANNOTATION),
        ("BACKGROUND", (0, 0), (-1, -1), ANNOTATION_GROUND),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table([[paragraph(text, NOTE)]], style=style, hAlign="LEFT")


def _group(form: type[Answers], group: type[GroupAnswers]) -> Iterator[Flowable]:
    yield CondPageBreak(BELOW_HEADING)
    yield paragraph(_(group.title), CHAPTER)
    if group.when:
        yield paragraph(condition(form, group.when), SMALL)
    if group.keys is None:
        yield paragraph(_("As many rows as are needed; this is one of them."), SMALL)
    if group.is_checklist():
        yield _checklist(group)
    else:
        labels = tuple(_(label) for _code, label in group.keys.terms) if group.keys else ("",)
        yield from _sections(group, group.items(), labels)


def _sections(row: type[Row], items: Sequence[Item], columns: tuple[str, ...]) -> Iterator[Flowable]:
    """The items under their headings, with a place for an answer in each column."""
    numbered = list(_numbered(items))
    for _number, members in groupby(numbered, key=lambda pair: pair[0]):
        section = [item for _place, item in members]
        if section[0].section:
            yield CondPageBreak(BELOW_HEADING)
            yield paragraph(_(section[0].section), SECTION)
        yield _table(row, section, columns)


def _numbered(items: Iterable[Item]) -> Iterator[tuple[int, Item]]:
    """Each item with the number of its section."""
    number = 0
    for item in items:
        number += bool(item.section)
        yield number, item


def _table(row: type[Row], items: Sequence[Item], columns: tuple[str, ...]) -> Table:
    label_width = 0.42 * (WIDTH - NOTE_WIDTH)
    width = (WIDTH - NOTE_WIDTH - label_width) / len(columns)
    head = [[_plain(""), *map(_plain, columns), _plain("")]] if any(columns) else []
    body: list[list[Cell]] = [
        [_question(row, item), *(place(item) for _column in columns), _note(item)] for item in items
    ]
    return Table(
        [*head, *body],
        colWidths=[label_width, *[width] * len(columns), NOTE_WIDTH],
        style=GRID,
        repeatRows=len(head),
    )


def _plain(text: str) -> Flowable:
    return paragraph(text, STRONG)


def _question(row: type[Row], item: Item) -> list[Flowable]:
    label = _(item.label) + (" *" if item.required else "")
    said = " · ".join(remarks(row, item))
    name = paragraph(f"{item.name}" + (f" · {said}" if said else ""), SMALL)
    return [paragraph(label), name]


def _note(item: Item) -> Cell:
    text = annotation(item)
    return _framed(text) if text else ""


def _checklist(group: type[GroupAnswers]) -> Table:
    """Each fixed row a line, each item a column."""
    assert group.keys is not None
    items = group.items()
    label_width = 0.34 * WIDTH
    width = (WIDTH - label_width) / len(items)
    head: list[Any] = ["", *([*_question(group, item), _note(item) or Spacer(0, 0)] for item in items)]
    body = [[paragraph(_(label)), *(place(item) for item in items)] for _code, label in group.keys.terms]
    style: list[Any] = [*GRID, ("BACKGROUND", (0, 0), (-1, 0), SHADE)]
    return Table([head, *body], colWidths=[label_width, *[width] * len(items)], style=style, repeatRows=1)
