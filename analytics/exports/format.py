"""What a format is: it writes what a source holds into the files of an archive."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from analytics.exports.source import Source
from trial.access import Right


class Archive(Protocol):
    """Where files go. Each is hashed and counted on its way; none is kept in memory."""

    def file(self, name: str, *, rows: int | None = None) -> AbstractContextManager[BinaryIO]:
        """A new file to be written from its beginning to its end; `rows` is how many rows of data it has,
        None for what is no data (a codebook, a script)."""

    def advance(self, rows: int) -> None:
        """Say that so many more rows (or participants) are written. Raises when the export was cancelled."""


class Writer(Protocol):
    """Writes all files of an export. Raises Refusal when the choices do not go with the format."""

    def __call__(self, source: Source, archive: Archive) -> None: ...


@dataclass(frozen=True)
class Format:
    """A format as it is offered. `of_casebooks` is whether it writes casebooks, whatever the shape: such a
    format has the one shape "casebooks". `rights` are those that somebody needs at a site to have its data
    in it."""

    code: str
    title: str
    write: Writer
    of_casebooks: bool = False
    rights: tuple[Right, ...] = (Right.EXPORT,)
