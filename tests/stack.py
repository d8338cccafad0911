"""The whole demonstration as `make run` serves it, in a folder of its own, seen from outside.

Production durability, real processes: what the fault tests kill and the benchmarks measure.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
PARTS = {
    "web": "gunicorn",
    "worker": " worker ",
    "beat": " beat ",
    "broker": "valkey-server",
    "database": "postgres -D",
}
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What the API said: status, body, and the version of what was read or saved."""

    status: int
    body: Any
    version: str | None


class Client:
    """A client of the API with somebody's token."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.token = token

    def get(self, path: str) -> Answer:
        return self._send("GET", path, None, {})

    def put(self, path: str, body: Any, version: str | None = None) -> Answer:
        condition = {"If-None-Match": "*"} if version is None else {"If-Match": version}
        return self._send("PUT", path, body, condition)

    def post(self, path: str, body: Any) -> Answer:
        return self._send("POST", path, body, {})

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(
            f"{self.address}api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as response:
                return _answer(response)
        except urllib.error.HTTPError as error:
            return _answer(error)


def _answer(response: Any) -> Answer:
    text = response.read()
    is_json = "json" in response.headers.get("Content-Type", "")
    return Answer(response.status, json.loads(text) if is_json else text, response.headers.get("ETag"))


class Stack:
    """A running demonstration. Use as a context manager."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.address = f"http://127.0.0.1:{port}/"
        self.log = folder / "supervisor.log"

    def __enter__(self) -> "Stack":
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor", str(self.port)],
                cwd=PROJECT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.is_ready, START_SECONDS, "the demonstration is ready")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def _environment(self) -> dict[str, str]:
        ours = ("FASCICLE_", "DATABASE_", "CELERY_", "DJANGO_", "MAKE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**kept, "FASCICLE_DATA": str(self.folder)}

    def is_ready(self) -> bool:
        """The web answers before the trial is loaded; its address is printed when all is there."""
        return self.answers() and f"Open {self.address}" in self.log.read_text()

    def answers(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"The demonstration ended: {self.log.read_text()}")
        try:
            with urllib.request.urlopen(f"{self.address}healthz", timeout=2) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def client(self, username: str) -> Client:
        """A client with a new token of a demonstration account."""
        code = (
            "from knox.models import AuthToken; from trial.models import User; "
            f"print(AuthToken.objects.create(User.objects.get(username={username!r}))[1])"
        )
        return Client(self.address, self.shell(code).split()[-1])

    def shell(self, code: str) -> str:
        """Run Python inside the demonstration, as the app role."""
        return subprocess.run(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
            cwd=PROJECT,
            env={**self._environment(), "FASCICLE_DEBUG": "1"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def process_of(self, part: str) -> int | None:
        """The process number of a part, None while it is down."""
        for process in _children(self.process.pid):
            if PARTS[part] in _command(process):
                return process
        return None

    def kill(self, part: str) -> None:
        """Kill a part without a word (SIGKILL), and return when it is gone."""
        process = until(lambda: self.process_of(part), 30, f"{part} is up")
        assert process is not None
        os.kill(process, signal.SIGKILL)
        until(lambda: self.process_of(part) != process, 30, f"{part} is gone")


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(fact: Callable[[], T], seconds: float, what: str) -> T:
    """Ask until the answer is truthy; the answer is returned. Fails with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := fact():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"Not within {seconds:g} s: {what}.")


def _children(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(word) for word in children.split()]


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
