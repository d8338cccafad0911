"""The whole demonstration as `make run` serves it, in a folder of its own, seen from outside.

Production durability, real processes: what the fault tests kill and the benchmarks measure.
"""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.supervised import PROJECT, outside, start

START_SECONDS = 120
PARTS = ("web", "worker", "beat", "broker", "postgres")
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

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> "Stack":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run = start(self.folder, self.folder / "supervisor.log")
        self.address = f"http://127.0.0.1:{self.run.port}/"
        until(self._is_ready, START_SECONDS, "the demonstration is ready")
        return self

    def __exit__(self, *_: object) -> None:
        self.run.end(signal.SIGINT)

    def _is_ready(self) -> bool:
        if self.run.process.poll() is not None:
            raise AssertionError(f"The demonstration ended: {self.run.text()}")
        return self.run.ready()

    def client(self, username: str) -> Client:
        """A client with a new token of a demonstration account."""
        code = (
            "from trial.models import User; from trial.services import tokens; "
            f"print(tokens.create(by=User.objects.get(username={username!r}))[1])"
        )
        return Client(self.address, self.shell(code).split()[-1])

    def shell(self, code: str) -> str:
        """Run Python inside the demonstration, as the app role."""
        return subprocess.run(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
            cwd=PROJECT,
            env={**outside(), "FASCICLE_DATA": str(self.folder), "FASCICLE_DEBUG": "1"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def until(fact: Callable[[], T], seconds: float, what: str) -> T:
    """Ask until the answer is truthy; the answer is returned. Fails with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := fact():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"Not within {seconds:g} s: {what}.")
