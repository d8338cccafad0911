"""One supervisor for one data folder, and none while anything of the last one still lives."""

import fcntl
import os
from pathlib import Path
from typing import IO

from config.embedded.folder import DataFolder
from config.embedded.program import wait_until


class AlreadyRunning(Exception):
    """The data folder is in use; the sentence says by whom."""


class Lock:
    """Held from `take` to `release`, or to the end of this process.

    `inherited` goes to every child, and a child's children have it too: the kernel frees that lock when the
    last of them is gone, even when all were orphaned by a kill of the supervisor.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._own = _open(folder.root / "supervisor.lock")
        self._shared = _open(folder.root / "children.lock")

    def take(self, note: str, patience: float = 30.0) -> None:
        """Refuses while another supervisor runs; waits for what a killed one left behind."""
        if not _try(self._own):
            raise AlreadyRunning(f"Fascicle is already running: {self._own.read().strip() or 'starting'}.")
        if not wait_until(lambda: _try(self._shared), patience):
            raise AlreadyRunning("Processes of an earlier run are still there; end them, then start again.")
        self._own.truncate(0)
        self._own.write(note)
        self._own.flush()

    def release(self) -> None:
        """Give up both; children keep the one that they inherited."""
        self._own.close()
        self._shared.close()

    @property
    def inherited(self) -> int:
        return self._shared.fileno()


def _open(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


def _try(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
