"""What is written into on paper: boxes to tick, places for digits, lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from forms_app.paper.fonts import runs
from forms_app.paper.styles import INK, LINE, QUIET, SHADE, SMALL, TEXT, paragraph

BOX = 8.0
GAP = 4.0
CELL_WIDTH, CELL_HEIGHT = 10.5, 14.0


@dataclass(frozen=True)
class Tick:
    """One answer to tick: what is read, and the code that is stored."""

    label: str
    code: str

    @property
    def markup_text(self) -> str:
        return self.label if self.label == self.code else f"{self.label} [{self.code}]"


class Ticks(Flowable):
    """Answers to choose from, in as many columns as there is room for: round for one of them, square for
    any number."""

    def __init__(self, ticks: Sequence[Tick], *, several: bool) -> None:
        super().__init__()
        self.several = several
        self.labels = [paragraph(tick.markup_text) for tick in ticks]
        self.natural = max(text_width(tick.markup_text, TEXT) for tick in ticks) + BOX + 3 * GAP

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.columns = max(1, min(len(self.labels), int(available_width // self.natural)))
        self.column_width = available_width / self.columns if self.columns == 1 else self.natural
        heights = [label.wrap(self.column_width - BOX - GAP, available_height)[1] for label in self.labels]
        rows = range(0, len(heights), self.columns)
        self.row_heights = [max(heights[first : first + self.columns]) + 2 for first in rows]
        self.width, self.height = available_width, sum(self.row_heights)
        return self.width, self.height

    def draw(self) -> None:
        top = self.height
        for place, label in enumerate(self.labels):
            row, column = divmod(place, self.columns)
            if column == 0 and row:
                top -= self.row_heights[row - 1]
            self._draw_tick(column * self.column_width, top, label)

    def _draw_tick(self, left: float, top: float, label: Any) -> None:
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.7)
        bottom = top - TEXT.leading + 2
        if self.several:
            self.canv.rect(left + 0.5, bottom, BOX, BOX)
        else:
            self.canv.circle(left + 0.5 + BOX / 2, bottom + BOX / 2, BOX / 2)
        label.drawOn(self.canv, left + BOX + GAP, top - label.height)


class Scale(Flowable):
    """The steps of a scale, each a circle with its number, from left to right."""

    RADIUS = 7.5

    def __init__(self, steps: Sequence[int]) -> None:
        super().__init__()
        self.steps = steps

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.step = min(2 * self.RADIUS + 5, available_width / len(self.steps))
        self.width, self.height = available_width, 2 * self.RADIUS + 2
        return self.width, self.height

    def draw(self) -> None:
        radius = min(self.RADIUS, self.step / 2 - 0.5)
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.7)
        self.canv.setFillColor(INK)
        self.canv.setFont(TEXT.fontName, 8)
        for place, step in enumerate(self.steps):
            centre = radius + 0.5 + place * self.step
            self.canv.circle(centre, radius + 1, radius)
            self.canv.drawCentredString(centre, radius - 1.8, str(step))


class Cells(Flowable):
    """A place for each character: "dddd-dd-dd" draws boxes for the d and shows what stands between them."""

    def __init__(self, pattern: str, caption: str = "") -> None:
        super().__init__()
        self.pattern = pattern
        self.caption = caption

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, CELL_HEIGHT + 2
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(LINE)
        self.canv.setLineWidth(0.7)
        self.canv.setFillColor(INK)
        self.canv.setFont(TEXT.fontName, TEXT.fontSize)
        left = 0.5
        for character in self.pattern:
            if character == "d":
                self.canv.rect(left, 1, CELL_WIDTH, CELL_HEIGHT)
                left += CELL_WIDTH
            else:
                self.canv.drawCentredString(left + 3.5, 4, character)
                left += 7
        draw_text(self.canv, left + GAP, 4.5, self.caption, SMALL)


class Line(Flowable):
    """Lines to write on."""

    def __init__(self, lines: int = 1) -> None:
        super().__init__()
        self.lines = lines

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, self.lines * 16.0
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(LINE)
        self.canv.setLineWidth(0.7)
        for line in range(self.lines):
            self.canv.line(0, 2 + line * 16, self.width - GAP, 2 + line * 16)


class Shaded(Flowable):
    """A field that nobody fills in by hand, with the word that says who does."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, CELL_HEIGHT + 2
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFillColor(SHADE)
        self.canv.rect(0, 1, self.width - GAP, CELL_HEIGHT, stroke=0, fill=1)
        self.canv.setFillColor(QUIET)
        draw_text(self.canv, GAP, 5, self.word, SMALL)


def draw_text(canvas: Any, left: float, bottom: float, text: str, style: ParagraphStyle) -> None:
    """One line of text, each stretch of it in a font that has its characters."""
    canvas.setFillColor(style.textColor)
    for font, run in runs(text):
        canvas.setFont(font or style.fontName, style.fontSize)
        canvas.drawString(left, bottom, run)
        left += stringWidth(run, font or style.fontName, style.fontSize)


def text_width(text: str, style: ParagraphStyle) -> float:
    """How wide a text is on one line."""
    return sum(stringWidth(run, font or style.fontName, style.fontSize) for font, run in runs(text))
