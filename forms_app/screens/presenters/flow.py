"""The flow of the trial as a drawing: boxes down the middle, who left the way to their right.

Lengths are the user units of the drawing. Letters are measured by rule of thumb, wide enough for any font.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms_app.selectors.flow import Analysed, Box, Flow

WIDTH = 800
MARGIN = 16
MAIN_WIDTH = 330
SIDE_LEFT, SIDE_WIDTH = 400, 384
CENTRE = MARGIN + MAIN_WIDTH // 2
GAP = 18
PADDING = 10
ROW = 25
BASE = 17
LEADING = 17
LETTER, WIDE_LETTER = 6.6, 13.5
INDENT = 16
# A Chinese character can stand at the end of any line, a Latin word stays whole.
WORDS = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")


@dataclass(frozen=True)
class Line:
    """A line of words; `top` is where its entry begins, `y` where its letters stand."""

    words: str
    x: int
    top: int
    y: int
    kind: str


@dataclass(frozen=True)
class Entry:
    """What leads to the participants of a box: its lines, and the room in which it can be touched."""

    code: str
    lines: tuple[Line, ...]
    x: int
    width: int

    @property
    def top(self) -> int:
        return self.lines[0].top

    @property
    def height(self) -> int:
        return ROW + LEADING * (len(self.lines) - 1)


@dataclass(frozen=True)
class Shape:
    """A box with its entries."""

    x: int
    y: int
    width: int
    height: int
    entries: tuple[Entry, ...]

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def centre(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Arrow:
    """A line; with a tip when it leads somewhere."""

    x1: int
    y1: int
    x2: int
    y2: int
    tip: bool = True


@dataclass(frozen=True)
class Drawing:
    shapes: tuple[Shape, ...]
    arrows: tuple[Arrow, ...]
    height: int
    width: int = WIDTH


@dataclass(frozen=True)
class Row:
    """A line of the table that says the same as the drawing; `depth` 1 and 2 are parts of what precedes."""

    code: str
    title: str
    n: int
    depth: int


def rows(flow: Flow) -> list[Row]:
    """Every box in reading order, empty or not."""
    boxes = [flow.assessed, flow.not_enrolled, flow.enrolled, flow.untreated, flow.treated]
    boxes += [box for stage in flow.stages for box in (stage.attended, stage.absent)]
    boxes += [box for each in flow.outcomes for box in _shown(each)]
    return [row for box in boxes for row in _rows(box, 0)]


def _rows(box: Box, depth: int) -> Iterator[Row]:
    yield Row(box.code, str(box.title), box.n, depth)
    for each in (*box.parts, *box.reasons):
        yield from _rows(each, depth + 1)


def _shown(each: Analysed) -> list[Box]:
    return [each.analysed, each.not_analysed, *([each.without] if each.without.n else [])]


def draw(flow: Flow) -> Drawing:
    """The drawing, from top to bottom."""
    pen = _Pen()
    pen.branch(flow.assessed, flow.not_enrolled)
    pen.branch(flow.enrolled, flow.untreated)
    pen.branch(flow.treated)
    for stage in flow.stages:
        pen.beside(stage.attended, stage.absent)
    pen.outcomes(flow.outcomes)
    return Drawing(tuple(pen.shapes), tuple(pen.arrows), pen.y + MARGIN)


class _Pen:
    """What is drawn so far, and how far down."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.arrows: list[Arrow] = []
        self.y = MARGIN
        self.above: Shape | None = None

    def branch(self, main: Box, side: Box | None = None) -> None:
        """A box of the middle column, and between it and the next the box of those who leave here."""
        shape = self._next(main)
        self.y = shape.bottom + GAP
        if side is not None:
            beside = self._put(side, SIDE_LEFT, SIDE_WIDTH, self.y)
            self.arrows.append(Arrow(CENTRE, beside.middle, SIDE_LEFT, beside.middle))
            self.y = beside.bottom + GAP

    def beside(self, main: Box, side: Box) -> None:
        """Both boxes of a visit in one row: who is absent once may come again, so nobody leaves here."""
        shape = self._next(main)
        beside = self._put(side, SIDE_LEFT, SIDE_WIDTH, self.y)
        level = self.y + (ROW + PADDING) // 2
        self.arrows.append(Arrow(shape.x + shape.width, level, SIDE_LEFT, level, tip=False))
        self.y = max(shape.bottom, beside.bottom) + GAP

    def outcomes(self, outcomes: tuple[Analysed, ...]) -> None:
        """The boxes of the outcomes side by side, below a line that reaches each of them."""
        room = WIDTH - 2 * MARGIN
        width = (room - GAP * (len(outcomes) - 1)) // len(outcomes)
        top = self.y + GAP
        shapes = [
            self._group(_shown(each), MARGIN + place * (width + GAP), width, top)
            for place, each in enumerate(outcomes)
        ]
        tallest = max(shape.height for shape in shapes)
        assert self.above is not None
        self.arrows.append(Arrow(CENTRE, self.above.bottom, CENTRE, self.y, tip=False))
        for shape in shapes:
            self.shapes.append(Shape(shape.x, shape.y, shape.width, tallest, shape.entries))
            self.arrows.append(Arrow(shape.centre, self.y, shape.centre, top))
        self.arrows.append(Arrow(min(CENTRE, shapes[0].centre), self.y, shapes[-1].centre, self.y, tip=False))
        self.y = top + tallest

    def _next(self, box: Box) -> Shape:
        shape = self._put(box, MARGIN, MAIN_WIDTH, self.y)
        if self.above is not None:
            self.arrows.append(Arrow(CENTRE, self.above.bottom, CENTRE, shape.y))
        self.above = shape
        return shape

    def _put(self, box: Box, x: int, width: int, y: int) -> Shape:
        shape = self._group([box], x, width, y)
        self.shapes.append(shape)
        return shape

    def _group(self, boxes: Iterable[Box], x: int, width: int, y: int) -> Shape:
        entries: list[Entry] = []
        at = y + PADDING // 2
        for sentence in _sentences(boxes):
            entries.append(_entry(sentence, x, width, at))
            at += entries[-1].height
        return Shape(x, y, width, at + PADDING // 2 - y, tuple(entries))


@dataclass(frozen=True)
class _Sentence:
    code: str
    words: str
    kind: str
    indent: int = 0


def _entry(said: _Sentence, x: int, width: int, y: int) -> Entry:
    left = x + PADDING + said.indent
    wrapped = _wrapped(said.words, width - 2 * PADDING - said.indent)
    lines = tuple(
        Line(words, left, y, y + at * LEADING + BASE, said.kind) for at, words in enumerate(wrapped)
    )
    return Entry(said.code, lines, x, width)


def _sentences(boxes: Iterable[Box]) -> Iterator[_Sentence]:
    """The first box gives the title. Parts without anybody are left to the table."""
    for place, box in enumerate(boxes):
        if place == 0:
            yield _Sentence(box.code, _("{title} (n = {n})").format(title=box.title, n=box.n), "title")
        else:
            yield _Sentence(box.code, _counted(box), "part")
        for part in box.parts:
            if part.n:
                yield _Sentence(part.code, _counted(part), "part")
            for reason in part.reasons:
                yield _Sentence(reason.code, _counted(reason), "reason", INDENT)


def _counted(box: Box) -> str:
    return _("{title}: {n}").format(title=box.title, n=box.n)


def _wrapped(words: str, room: float) -> list[str]:
    """The words in lines that fit."""
    lines = [""]
    for word in WORDS.findall(words):
        if lines[-1] and _length(lines[-1] + word.rstrip()) > room:
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines]


def _length(words: str) -> float:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    return wide * WIDE_LETTER + (len(words) - wide) * LETTER


@dataclass(frozen=True)
class Member:
    """A participant of a box, in which of its parts, and why."""

    code: str
    state: str
    part: str
    why: str


def members(box: Box) -> list[Member]:
    """Who is in a box, by code."""
    if not box.parts:
        return [Member(each.code, _(each.state), "", str(each.why)) for each in box.people]
    found = [
        Member(each.code, _(each.state), str(part.title), str(each.why))
        for part in box.parts
        for each in part.people
    ]
    return sorted(found, key=lambda member: member.code)


def description(flow: Flow) -> str:
    """The drawing in a sentence, for who does not see it; the table says all of it."""
    n = flow.assessed.n
    assessed = ngettext("{n} participant assessed", "{n} participants assessed", n).format(n=n)
    return _("{assessed}, {enrolled} enrolled, {treated} received the injection.").format(
        assessed=assessed, enrolled=flow.enrolled.n, treated=flow.treated.n
    )
