"""Files that readstat writes, shown to be whole before they go into an archive.

It takes a write that the system refuses outright, as on a full disk, for one that was done.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyreadstat import ReadstatError

# Of xpt files: they are made of cards.
CARD = 80
END_OF_DTA = b"</stata_dta>"
REFUSED = "Unable to write data"


@contextmanager
def read_back(path: Path, read: Callable[..., Any], *, rows: int) -> Iterator[None]:
    """Within it the file is written. Raises OSError when the disk did not take all of it."""
    try:
        yield
    except ReadstatError as error:
        if str(error) != REFUSED:
            raise
        raise _lacking(path) from error
    try:
        whole = not rows or len(read(path, row_offset=rows - 1, row_limit=1)[0]) == 1
        read(path, metadataonly=True)
    except ReadstatError as error:
        raise _lacking(path) from error
    if not whole or not _ends_well(path):
        raise _lacking(path)


def _ends_well(path: Path) -> bool:
    match path.suffix:
        case ".xpt":
            return path.stat().st_size % CARD == 0
        case ".dta":
            with path.open("rb") as file:
                file.seek(-len(END_OF_DTA), 2)
                return file.read() == END_OF_DTA
    return True


def _lacking(path: Path) -> OSError:
    return OSError(errno.ENOSPC, f"{path.name} is not whole.")
