"""Processes, seen from outside."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def alive() -> Callable[[int], bool]:
    """Whether a process exists and is more than a zombie."""

    def lives(number: int) -> bool:
        try:
            status = Path(f"/proc/{number}/stat").read_text()
        except OSError:
            return False
        return status.rpartition(")")[2].split()[0] != "Z"

    return lives
