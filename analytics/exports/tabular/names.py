"""Names as a program takes them: legal, short enough, and each of them once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

# Enough to tell apart what is shortened to the same beginning.
DIGITS = 5


@dataclass(frozen=True)
class Naming:
    """What a program takes: at most `longest` characters; `reserved` are words of its own, in lower case."""

    longest: int
    reserved: frozenset[str] = frozenset()

    def names(self, wanted: Iterable[str]) -> dict[str, str]:
        """The name of each of the wanted ones, the same whatever else is asked for, but for words that
        differ in case alone."""
        given: dict[str, str] = {}
        taken: set[str] = set()
        for name in wanted:
            given[name] = legal = self._free(name, taken)
            taken.add(legal.lower())
        return given

    def _free(self, name: str, taken: set[str]) -> str:
        legal = re.sub(r"[^A-Za-z0-9_]", "_", name)
        if not re.match(r"[A-Za-z]", legal):
            legal = f"v{legal}"
        if legal.lower() in self.reserved:
            legal = f"{legal}_"
        digits = DIGITS
        free = legal if len(legal) <= self.longest else self._short(legal, name, digits)
        while free.lower() in taken:
            free, digits = self._short(legal, name, digits), digits + 1
        return free

    def _short(self, legal: str, name: str, digits: int) -> str:
        """The beginning of the name, and the beginning of the hash of all of it."""
        digest = sha256(name.encode()).hexdigest()[:digits]
        return f"{legal[: self.longest - digits - 1]}_{digest}"


def shortened(text: str, longest: int) -> str:
    """A label that a program takes, in at most so many bytes of UTF-8; all of it stands in the codebook."""
    if len(text.encode()) <= longest:
        return text
    kept = text.encode()[: longest - len("…".encode())].decode(errors="ignore")
    return f"{kept}…"
