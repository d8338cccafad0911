"""One supervisor for one data folder, and none while a child of the last one lives."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded.folder import DataFolder
from config.supervisor.lock import AlreadyRunning, Lock

TAKE = """
import pathlib, sys
from config.embedded.folder import DataFolder
from config.supervisor.lock import Lock
Lock(DataFolder(pathlib.Path(sys.argv[1]))).take("gone")
"""


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[Callable[[], Lock]]:
    """`lock()` makes one more on the test's folder."""
    locks: list[Lock] = []
    folder = DataFolder(tmp_path)
    folder.make()

    def one_more() -> Lock:
        locks.append(Lock(folder))
        return locks[-1]

    yield one_more
    for each in locks:
        each.release()


def test_a_second_supervisor_is_refused_and_told_where_the_first_one_is(lock: Callable[[], Lock]) -> None:
    lock().take("http://127.0.0.1:8000/, process 7")
    with pytest.raises(AlreadyRunning, match=r"already running: http://127\.0\.0\.1:8000/, process 7\."):
        lock().take("another")


def test_a_supervisor_that_is_gone_leaves_no_lock(lock: Callable[[], Lock], tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", TAKE, tmp_path], check=True)
    lock().take("next")


def test_a_child_that_is_left_holds_off_the_next_supervisor(lock: Callable[[], Lock]) -> None:
    first = lock()
    first.take("first")
    child = subprocess.Popen(["sleep", "60"], pass_fds=(first.inherited,))
    first.release()
    second = lock()
    with pytest.raises(AlreadyRunning, match="Processes of an earlier run"):
        second.take("second", patience=0.2)
    second.release()
    child.kill()
    child.wait()
    lock().take("third", patience=5)
