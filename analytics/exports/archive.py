"""The archive of an export: a zip that is written from its beginning to its end, its manifest last."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import RawIOBase
from typing import Any, BinaryIO, Self, cast
from zipfile import ZIP_DEFLATED, ZipFile

from analytics.exports.manifest import Entry

# The first level takes a third of the time of the usual one, and a tenth more room.
LEVEL = 1


class Cancelled(Exception):
    """Somebody does not want the export any more."""


class ZipArchive:
    """What formats write to. `tell` hears how many rows were written so far, and may raise Cancelled.

    Use it as a context manager. Each file is hashed on its way, listed in `entries`, and never in memory. The
    stream need not be one that can go back. Every file has the same date, so that the same content gives the
    same archive.
    """

    def __init__(self, stream: BinaryIO, tell: Callable[[int], None]) -> None:
        self.entries: list[Entry] = []
        self.written = 0
        self._tell = tell
        self._zip = ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=LEVEL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Ended by `close`; given up in any other case, and whoever has the stream throws it away.
        with suppress(Exception):
            self._zip.close()

    @contextmanager
    def file(self, name: str, *, rows: int | None = None) -> Iterator[BinaryIO]:
        """A new file of the archive. ValueError for a second one of the same name."""
        if name in {entry.name for entry in self.entries}:
            raise ValueError(f"There is a file {name} already.")
        with self._zip.open(name, "w", force_zip64=True) as stored:
            member = Member(stored)
            yield cast("BinaryIO", member)
        self.entries.append(Entry(name, member.size, member.digest.hexdigest(), rows))

    def advance(self, rows: int) -> None:
        self.written += rows
        self._tell(self.written)

    def close(self, last: dict[str, bytes]) -> None:
        """Add what the manifest does not list, and end the archive."""
        for name, content in last.items():
            self._zip.writestr(zipfile.ZipInfo(name), content)
        self._zip.close()


class Member(RawIOBase):
    """A file on its way into the archive: its size and its hash so far."""

    def __init__(self, stored: Any) -> None:
        self.size = 0
        self.digest = sha256()
        self._stored = stored

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        """Take the whole piece."""
        view = memoryview(piece).cast("B")
        self.digest.update(view)
        self._stored.write(view)
        self.size += len(view)
        return len(view)

    def tell(self) -> int:
        return self.size
