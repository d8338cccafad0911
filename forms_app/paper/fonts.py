"""The letters of the papers: Latin from the vendored font, all others from the reader's own Chinese font.

The Latin font travels inside the file. A Chinese one would weigh megabytes, so the file only names it
(STSong-Light, a font of the PDF standard), and the program that shows the file brings it along.
"""

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape  # nosec B406  # it writes, and parses nothing

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(settings.BASE_DIR) / "static" / "vendor" / "atkinson-truetype"
REGULAR, BOLD, CHINESE = "Atkinson", "Atkinson-Bold", "STSong-Light"

# The Chinese font knows the basic plane only; what lies above (pictographs) is shown as an empty square.
LAST_KNOWN = "\uffff"
UNKNOWN = "\N{WHITE SQUARE}"
# The micro sign is the Greek letter. A raised number that the fonts lack is written as CDISC does, 10^9/L.
RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SPELT = {ord("\N{MICRO SIGN}"): "\N{GREEK SMALL LETTER MU}"}


@cache
def register() -> frozenset[str]:
    """Make the fonts known to reportlab; the characters that the Latin font has."""
    regular = TTFont(REGULAR, FOLDER / "AtkinsonHyperlegibleNext_400Regular.ttf")
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont(BOLD, FOLDER / "AtkinsonHyperlegibleNext_700Bold.ttf"))
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(map(chr, regular.face.charToGlyph))


def markup(text: str) -> str:
    """A text as reportlab's paragraphs read it: escaped, and each character in a font that has it."""
    register()
    if text.isascii():
        return escape(text).replace("\n", "<br/>")
    return "".join(_run(font, run) for font, run in runs(text)).replace("\n", "<br/>")


def runs(text: str) -> list[tuple[str, str]]:
    """The font of each stretch of a text, and the stretch; "" is the Latin font in the weight around it."""
    latin = register()
    known = (character if character <= LAST_KNOWN else UNKNOWN for character in spelt(text))
    grouped = groupby(known, key=lambda character: character in latin or character.isspace())
    return [("" if is_latin else CHINESE, "".join(run)) for is_latin, run in grouped]


def spelt(text: str) -> str:
    """With what the fonts lack written otherwise."""
    return RAISED.sub(_raised, text.translate(SPELT))


def _raised(found: re.Match[str]) -> str:
    """As it is where the Latin font has all of it."""
    number = found.group()
    return number if register().issuperset(number) else f"^{number.translate(LOWERED)}"


def _run(font: str, text: str) -> str:
    return f'<font name="{font}">{escape(text)}</font>' if font else escape(text)
