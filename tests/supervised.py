"""The whole demo under its supervisor, as the tests start, watch and harm it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.folder import DataFolder
from config.embedded.program import wait_until

PROJECT = Path(__file__).resolve().parent.parent


@dataclass
class Run:
    """One `python -m config.supervisor`, its output, and every process that it ever had below it."""

    process: "subprocess.Popen[bytes]"
    output: Path
    port: int
    folder: DataFolder
    seen: dict[int, str] = field(default_factory=dict)

    def text(self) -> str:
        return self.output.read_text()

    def ready(self) -> bool:
        self._look()
        return "Ctrl-C stops everything" in self.text()

    def leftovers(self) -> list[int]:
        """What still lives of all that was seen."""
        return [number for number, start in self.seen.items() if alive(number) and started(number) == start]

    def healthy(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def children(self) -> dict[str, int]:
        """The number of each direct child, by a word of its command."""
        words = {"postgres": "postgres", "valkey": "broker", "gunicorn": "web"}
        words |= {" worker ": "worker", " beat ": "beat"}
        found: dict[str, int] = {}
        for number in children_of(self.process.pid):
            command = command_of(number)
            found |= {name: number for word, name in words.items() if word in command}
        self._look()
        return found

    def kill(self, name: str) -> None:
        """Kill it without a word, and return when another process has its place."""
        number = self.children()[name]
        os.kill(number, signal.SIGKILL)
        assert wait_until(lambda: self.children().get(name, number) != number, 30), self.text()

    def sweeps(self) -> int:
        """How often the worker has done what the beat asks for."""
        lines = (self.folder.logs / "worker.log").read_text().splitlines()
        return sum("analytics.tasks.sweep" in line and "succeeded" in line for line in lines)

    def end(self, kind: signal.Signals) -> None:
        self._look()
        self.process.send_signal(kind)
        self.process.wait(timeout=60)

    def _look(self) -> None:
        # with its start, for on a busy machine the number of a process soon belongs to another
        self.seen |= {number: started(number) for number in descendants(self.process.pid)}


def children_of(number: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:
        return []


def descendants(number: int) -> set[int]:
    below = set(children_of(number))
    return below.union(*(descendants(child) for child in below))


def alive(number: int) -> bool:
    """Whether a process exists and is more than a zombie."""
    status = status_of(number)
    return bool(status) and status[0] != "Z"


def started(number: int) -> str:
    """When a process began, in ticks since the machine did; empty when there is none."""
    return "".join(status_of(number)[19:20])


def status_of(number: int) -> list[str]:
    """What the kernel says of a process after its name, state first; empty when there is none."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def command_of(number: int) -> str:
    """Empty when the process is gone."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def start(folder: Path, output: Path, **environment: str) -> Run:
    """`make run` on a free port, with its data in `folder` and nothing of the tests' own environment."""
    port = free_port()
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor", str(port)],
            cwd=PROJECT,
            env={**outside(), "FASCICLE_DATA": str(folder), **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    return Run(process, output, port, DataFolder(folder))


def outside() -> dict[str, str]:
    """The environment without what the tests put into it."""
    ours = ("DATABASE_", "CELERY_", "FASCICLE_", "DJANGO_", "MAKE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
