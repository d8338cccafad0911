"""The folder of the archives: private, one file for each export that is ready, by its number."""

import os
import shutil
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings


class Written:
    """A file that is written and never gone back in: its size and its hash so far."""

    def __init__(self, file: BinaryIO) -> None:
        self.size = 0
        self.digest = sha256()
        self._file = file

    def write(self, piece: bytes) -> int:
        self._file.write(piece)
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def writing(number: int) -> Iterator[Written]:
    """The archive of an export, in a folder of its own until it is whole and on the disk; or not at all.

    What formats lay aside meanwhile goes to that folder too.
    """
    own = _folder() / f".{number}"
    # What a worker left that died.
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(mode=0o700)
    try:
        unfinished = own / "archive"
        with (
            _laid_aside(own),
            os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
        ):
            yield Written(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path(number))
    finally:
        shutil.rmtree(own, ignore_errors=True)
    _sync()


def as_stream(written: Written) -> BinaryIO:
    """What a zip is written to: it cannot go back, so it writes the size of a file behind it."""
    return cast("BinaryIO", written)


def path(number: int) -> Path:
    return _folder() / f"{number}.zip"


def remove(number: int) -> None:
    path(number).unlink(missing_ok=True)


def found() -> list[Path]:
    """Everything in the folder: archives, and what is being written or was left by who died."""
    return list(_folder().iterdir())


def clear(found: list[Path], *, ready: Container[int], under_way: Container[int]) -> int:
    """Remove what belongs to no export with these numbers; how many archives or unfinished ones.

    An archive may be there a moment before its export is ready. What is no export's is left alone.
    """
    cleared = 0
    for each in found:
        number = each.name.removeprefix(".").removesuffix(".zip")
        if not number.isdecimal() or int(number) in under_way:
            continue
        if each.name == f".{number}":
            shutil.rmtree(each, ignore_errors=True)
        elif int(number) not in ready:
            each.unlink(missing_ok=True)
        else:
            continue
        cleared += 1
    return cleared


@contextmanager
def _laid_aside(folder: Path) -> Iterator[None]:
    """Let every temporary file of this process be in a folder: those of the libraries that write too.

    A server's own folder for them is often kept in memory. Whatever runs beside an export in this process
    (nothing does in a worker) would use it too, and lose its files with it.
    """
    usual, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = usual


def _folder() -> Path:
    folder = Path(settings.EXPORTS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sync() -> None:
    """A new name is safe only when its folder is on the disk too."""
    descriptor = os.open(_folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
