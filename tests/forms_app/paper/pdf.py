"""Files read back as a person's viewer reads them."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader

from forms_app.paper.fonts import spelt


def words(content: bytes) -> str:
    """The text of all pages without its white space: where a line breaks says nothing."""
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def squeezed(text: str) -> str:
    """A text without white space, in the letters that the fonts have."""
    return "".join(spelt(text).split())


def outline(content: bytes) -> list[str]:
    """The titles of the outline, from top to bottom."""
    return _titles(PdfReader(BytesIO(content)).outline)


def _titles(entries: Sequence[object]) -> list[str]:
    found = []
    for entry in entries:
        found += _titles(entry) if isinstance(entry, list) else [str(entry.title)]  # type: ignore[attr-defined]
    return found
