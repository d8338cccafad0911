"""A file that its library writes to a path, put into the archive when it is whole."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from analytics.exports.format import Archive


@contextmanager
def staged(archive: Archive, name: str, *, rows: int) -> Iterator[Path]:
    """A path of this name to write to. Nothing reaches the archive when the writing fails."""
    with TemporaryDirectory(prefix="fascicle-export-") as folder:
        path = Path(folder) / name
        yield path
        with path.open("rb") as made, archive.file(name, rows=rows) as file:
            shutil.copyfileobj(made, file)
