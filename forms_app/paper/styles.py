"""How the papers look: page, colours and styles of text."""

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph

from forms_app.paper.fonts import BOLD, REGULAR, markup

PAGE = A4
MARGIN = 16 * mm
WIDTH = PAGE[0] - 2 * MARGIN
TOP, BOTTOM = 24 * mm, 18 * mm

INK = HexColor("#1b1b1b")
QUIET = HexColor("#595959")
LINE = HexColor("#9a9a9a")
SHADE = HexColor("#eeeeee")
# Annotations are told apart by colour and by their frame, so that they are also found in a black copy.
ANNOTATION = HexColor("#0b4f9e")
ANNOTATION_GROUND = HexColor("#e8f1fb")
ALARM = HexColor("#9b1c1c")

TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=9, leading=11.5, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=9.5, textColor=QUIET)
STRONG = ParagraphStyle("strong", TEXT, fontName=BOLD)
TITLE = ParagraphStyle("title", TEXT, fontName=BOLD, fontSize=17, leading=21, spaceAfter=6)
CHAPTER = ParagraphStyle("chapter", TEXT, fontName=BOLD, fontSize=13, leading=17, spaceBefore=6, spaceAfter=3)
SECTION = ParagraphStyle("section", TEXT, fontName=BOLD, fontSize=10.5, leading=14, spaceBefore=5)
SUBSECTION = ParagraphStyle("subsection", STRONG, spaceBefore=4)
NOTE = ParagraphStyle("note", SMALL, fontSize=7, leading=8.8, textColor=ANNOTATION)
MARK = ParagraphStyle("mark", TEXT, alignment=TA_CENTER)
SMALL_MARK = ParagraphStyle("small-mark", SMALL, alignment=TA_CENTER)
DOUBT = ParagraphStyle("doubt", SMALL, textColor=ALARM)


def paragraph(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """A plain text as a paragraph."""
    return Paragraph(markup(text), style)
