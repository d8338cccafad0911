"""The folder of the images: private, one file for each, named by nothing but a random number."""

import hashlib
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings


class Damaged(Exception):
    """A stored file is not there, or is not what was stored."""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(name: UUID, content: bytes) -> None:
    """Put a file into the folder: whole and on the disk, or not at all. A name is used once."""
    folder = _folder()
    unfinished = folder / f".{name}"
    try:
        with os.fdopen(_created(unfinished), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / str(name))
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(folder)


def read(name: UUID, sha256: str) -> bytes:
    """The content of a file, which must be what was stored."""
    try:
        content = (_folder() / str(name)).read_bytes()
    except OSError as error:
        raise Damaged(f"The image {name} cannot be read: {error.strerror}.") from error
    if digest(content) != sha256:
        raise Damaged(f"The image {name} is not what was stored.")
    return content


def _folder() -> Path:
    folder = Path(settings.ATTACHMENTS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _created(path: Path) -> int:
    """A new file that only we may read, open for writing."""
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)


def _sync(folder: Path) -> None:
    """A new name is safe only when its folder is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
