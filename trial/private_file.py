"""Files that nobody but the account that runs Fascicle may read."""

import os
from pathlib import Path


def write(path: Path, content: str) -> None:
    """Write a file whole or not at all, in the place of the one before."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    unfinished.rename(path)
