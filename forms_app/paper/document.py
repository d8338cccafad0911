"""A paper as a file: its pages with head and foot, its outline, its bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from forms_app.paper import fonts
from forms_app.paper.boxes import draw_text, text_width
from forms_app.paper.styles import ALARM, BOTTOM, LINE, MARGIN, PAGE, SMALL, TOP, WIDTH
from trial.protocol import STUDY


@dataclass(frozen=True)
class Frontispiece:
    """What every page says: `title` in its head, `foot` beside its number, `alarm` in red above all."""

    title: str
    foot: str
    alarm: str = ""


class Bookmark(Flowable):
    """A place that the outline of the file leads to; the head of each page names the latest one."""

    def __init__(self, name: str, title: str, level: int = 0) -> None:
        super().__init__()
        self.name, self.title, self.level = name, title, level

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        canvas: Any = self.canv
        canvas.chapter = self.title
        canvas.bookmarkHorizontal(self.name, 0, 14)
        canvas.addOutlineEntry(self.title, self.name, self.level, closed=False)


class NumberedCanvas(Canvas):
    """Keeps the pages back until their number is known."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: list[dict[str, Any]] = []
        self.chapter = ""

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        self._kept.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # as the guide of reportlab does it

    def save(self) -> None:
        for number, page in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            words = _("Page {number} of {total}").format(number=number, total=len(self._kept))
            draw_text(self, PAGE[0] - MARGIN - text_width(words, SMALL), BOTTOM - 18, words, SMALL)
            super().showPage()
        super().save()


def write(story: Sequence[Flowable], front: Frontispiece, *, compressed: bool = True) -> bytes:
    """The file. The same story gives the same bytes; uncompressed also with another version of zlib."""
    fonts.register()
    written = BytesIO()
    document = BaseDocTemplate(
        written,
        pagesize=PAGE,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        title=front.title,
        author=STUDY.code,
        subject=STUDY.title,
        creator="Fascicle",
        lang=get_language() or "en",
        invariant=1,
        pageCompression=int(compressed),
    )
    frame = Frame(MARGIN, BOTTOM, WIDTH, PAGE[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPageEnd=lambda canvas, _document: _surround(canvas, front))
    )
    document.build(list(story), canvasmaker=NumberedCanvas)
    return written.getvalue()


def _surround(canvas: Any, front: Frontispiece) -> None:
    top = PAGE[1] - TOP + 14
    versions = _("Protocol {protocol} · {terms}").format(
        protocol=STUDY.protocol_version, terms=STUDY.ct_version
    )
    head = " · ".join(filter(None, (STUDY.code, front.title, canvas.chapter)))
    draw_text(canvas, MARGIN, top, head, SMALL)
    draw_text(canvas, PAGE[0] - MARGIN - text_width(versions, SMALL), top, versions, SMALL)
    draw_text(canvas, MARGIN, BOTTOM - 18, front.foot, SMALL)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, top - 5, PAGE[0] - MARGIN, top - 5)
    canvas.line(MARGIN, BOTTOM - 8, PAGE[0] - MARGIN, BOTTOM - 8)
    if front.alarm:
        style = SMALL.clone("alarm", textColor=ALARM)
        draw_text(canvas, (PAGE[0] - text_width(front.alarm, style)) / 2, top + 13, front.alarm, style)
