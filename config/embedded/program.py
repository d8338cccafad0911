"""A program that runs as our child and never outlives us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """What to run, and how to end it.

    `stop` are the signals that ask it to end, kindest first; each is given `grace` seconds, then SIGKILL
    goes to its whole process group. `orphaned` is what the kernel sends it when this process dies without a
    word. `keeps_open` are file descriptors it inherits.
    `enter` runs in the child before the program (to change the user, say).
    """

    name: str
    command: tuple[str | Path, ...]
    environment: Mapping[str, str] | None = None
    stop: tuple[signal.Signals, ...] = (signal.SIGTERM,)
    orphaned: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    enter: Callable[[], None] | None = None
    keeps_open: tuple[int, ...] = field(default=())

    def start(self, log: Path) -> "subprocess.Popen[bytes]":
        """Start it in a session of its own, where the terminal's Ctrl-C does not reach it, writing to `log`.

        Call this from the main thread: the kernel counts the death of the starting thread as ours.
        """
        parent = os.getpid()

        def before_exec() -> None:
            if self.enter is not None:
                self.enter()
            die_with_parent(self.orphaned, parent)

        with log.open("ab") as output:
            return subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.keeps_open,
                preexec_fn=before_exec,
            )

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Return when it is gone, with everything it left in its process group."""
        for kind in self.stop:
            if _ended(process, kind, self.grace):
                break
        sweep_group(process)
        process.wait()


def die_with_parent(kind: signal.Signals, parent: int) -> None:
    """Ask the kernel (Linux) to send us `kind` when `parent` dies; if it is dead already, end here."""
    if sys.platform != "linux":
        return
    _libc.prctl(PR_SET_PDEATHSIG, kind)
    if os.getppid() != parent:
        os._exit(1)


def sweep_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the process group that `process` led."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nothing is left; macOS says the latter of a zombie
        return


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look every 20 ms, for at most `seconds`, whether the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _ended(process: "subprocess.Popen[bytes]", kind: signal.Signals, grace: float) -> bool:
    if process.poll() is None:
        process.send_signal(kind)
    return wait_until(lambda: process.poll() is not None, grace)
