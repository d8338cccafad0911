"""XML as a stream: an element is written when it is known, and nothing is kept."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Final
from xml.sax.saxutils import escape, quoteattr  # nosec B406  # it writes, and parses nothing

from trial.refusals import Refusal

# What XML 1.0 has no way to write, not even as a reference to the character.
IMPOSSIBLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# A reader makes one line feed of a carriage return with or without one; a reference stays as it is.
BREAKS = {"\r": "&#13;"}

Attributes = Mapping[str, str | None]


class Elements:
    """Writes elements into a file in UTF-8, each on a line of its own.

    An attribute that is None is left out. Line breaks and tabs of a value come back as they were. Raises
    Refusal on a character that XML cannot hold: no text is altered, and none left out. `place` is what is
    being written, for that refusal.
    """

    english: Attributes = {"xml:lang": "en"}

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.place = ""

    def declare(self) -> None:
        """The first line of a document."""
        self._file.write(DECLARATION)

    @contextmanager
    def element(self, name: str, attributes: Attributes | None = None) -> Iterator[None]:
        """An element around what is written meanwhile."""
        self._write(f"<{name}{self._written(attributes)}>\n")
        yield
        self._write(f"</{name}>\n")

    def empty(self, name: str, attributes: Attributes | None = None) -> None:
        """An element without content."""
        self._write(f"<{name}{self._written(attributes)}/>\n")

    def text(self, name: str, content: str, attributes: Attributes | None = None) -> None:
        """An element with nothing but a text."""
        inner = escape(self._possible(content), BREAKS)
        self._write(f"<{name}{self._written(attributes)}>{inner}</{name}>\n")

    def translated(self, name: str, content: str) -> None:
        """An element with a text in English inside it, as ODM writes what people read."""
        with self.element(name):
            self.text("TranslatedText", content, self.english)

    def comment(self, content: str, attributes: Attributes) -> None:
        """What somebody said."""
        self.text("Comment", content, attributes)

    def _write(self, text: str) -> None:
        self._file.write(text.encode())

    def _written(self, attributes: Attributes | None) -> str:
        given = (attributes or {}).items()
        return "".join(
            f" {name}={quoteattr(self._possible(value))}" for name, value in given if value is not None
        )

    def _possible(self, text: str) -> str:
        if found := IMPOSSIBLE.search(text):
            raise Refusal("xml_character", place=self.place, character=f"U+{ord(found.group()):04X}")
        return text


class Elements2(Elements):
    """The same for ODM 2.0, in which every text says its type, and comments are translated."""

    english: Attributes = {"xml:lang": "en", "Type": "text/plain"}

    def comment(self, content: str, attributes: Attributes) -> None:
        with self.element("Comment", attributes):
            self.text("TranslatedText", content, self.english)
