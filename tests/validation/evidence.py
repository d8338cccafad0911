"""What a run of the tests proves: written down by the process that collects the results.

A whole run (`make test`) writes build/validation/results.json, and fails when a requirement has no passing
test. Part of the tests proves nothing about the others, so it writes only where `--evidence FILE` says.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from config.embedded.postgres import NoServer, find_binaries
from tests.chromium import find_chromium
from tests.validation.declared import PROJECT, requirements

RESULTS = PROJECT / "build" / "validation" / "results.json"
LOCK = PROJECT / "requirements" / "test.lock"
# What makes of a run a part of it.
CHOOSING = ("keyword", "markexpr", "no_servers", "deselect", "ignore", "ignore_glob", "lf", "screenshots")
WORST_FIRST = ("failed", "skipped", "passed")
REQUIREMENTS, INSTALLATION = "requirements", "installation"
# What a folder holds beside its commit: nothing; it is in no repository; it changed while the tests ran.
CLEAN, UNKNOWN, MOVED = "clean", "unknown", "changed while the tests ran"


@dataclass
class Proof:
    """One test of a run."""

    test: str
    outcome: str = "passed"
    seconds: float = 0.0
    requirements: list[str] = field(default_factory=list)

    def take(self, report: pytest.TestReport) -> None:
        """The phases of a test, and its subtests, come one after the other; the worst counts."""
        self.outcome = min(self.outcome, report.outcome, key=WORST_FIRST.index)
        self.seconds += report.duration


class Evidence:
    """A plugin. Workers of pytest-xdist only name the requirements; the controller keeps what they report."""

    def __init__(self, config: pytest.Config, document: Path | None = None, results: Path = RESULTS) -> None:
        self.config = config
        self.collects = not hasattr(config, "workerinput")
        self.document, self.results = document, results
        self.proofs: dict[str, Proof] = {}
        self.installation: list[dict[str, Any]] = []
        self.began = datetime.now(UTC)
        self.unproved: list[str] = []
        self.code: dict[str, str] = {}

    @property
    def whole(self) -> bool:
        chosen = any(self.config.getoption(name, default=None) for name in CHOOSING)
        return self.config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen

    def pytest_sessionstart(self) -> None:
        if self.collects and (self.whole or self.config.getoption("evidence", default=None)):
            self.code = code()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            named = [code for mark in item.iter_markers("requirement") for code in mark.args]
            if named:
                item.user_properties.append((REQUIREMENTS, sorted(set(named))))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not self.collects:
            return
        proof = self.proofs.setdefault(report.nodeid, Proof(report.nodeid))
        proof.take(report)
        for name, value in report.user_properties:
            if name == REQUIREMENTS:
                proof.requirements = list(value)  # type: ignore[call-overload]
            elif name == INSTALLATION:
                self.installation = value  # type: ignore[assignment]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if not self.collects or self.config.option.collectonly:
            return
        if self.whole:
            self.unproved = unproved(self.proofs.values(), self._declared())
            self._write(self.results, exitstatus)
            if self.unproved and exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        elif told := self.config.getoption("evidence", default=None):
            self._write(Path(told), exitstatus)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.unproved:
            terminalreporter.section("requirements without a passing test", red=True)
            terminalreporter.line(", ".join(self.unproved))

    def _declared(self) -> Iterable[str]:
        return requirements(self.document) if self.document else requirements()

    def _write(self, path: Path, exitstatus: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {
            "began": self.began.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "whole": self.whole,
            "exit": int(exitstatus),
            "versions": versions() | ({} if code() == self.code else {"tree": MOVED}),
            "installation": self.installation,
            "tests": [asdict(proof) for proof in self.proofs.values()],
        }
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def unproved(proofs: Iterable[Proof], declared: Iterable[str]) -> list[str]:
    """The requirements that no test of the run holds."""
    held = {code for proof in proofs if proof.outcome == "passed" for code in proof.requirements}
    return [code for code in declared if code not in held]


def versions() -> dict[str, str]:
    """What the run ran with; a part that is not there is told so."""
    try:
        postgres = _told(str(find_binaries() / "postgres"), "--version")
    except NoServer:
        postgres = ""
    chromium = find_chromium()
    told = {
        "Python": sys.version.split()[0],
        "Django": version("Django"),
        "PostgreSQL": postgres,
        "Chromium": _told(chromium, "--version") if chromium else "",
        "pytest": version("pytest"),
        "requirements/test.lock": sha256(LOCK.read_bytes()).hexdigest(),
    }
    changed = len(_told("git", "status", "--porcelain").splitlines())
    named = {name: value or "none" for name, value in told.items()}
    return code() | named | {"changed files": str(changed)}


def code() -> dict[str, str]:
    """Which code lies here."""
    return {"commit": _told("git", "rev-parse", "HEAD") or "none", "tree": tree()}


def reusable(told: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether the evidence of a run is about the code that lies here: one commit, and nothing beside it."""
    return told.get("tree") == now["tree"] == CLEAN and told["commit"] == now["commit"]


def tree(folder: Path = PROJECT) -> str:
    """What lies here beside the commit, as one hash of changes and new files."""
    if not _told("git", "rev-parse", "HEAD", folder=folder):
        return UNKNOWN
    found = sha256(_raw("git", "diff", "--binary", "HEAD", folder=folder))
    new = _raw("git", "ls-files", "--others", "--exclude-standard", "-z", folder=folder).split(b"\0")
    for name in sorted(filter(None, new)):
        found.update(name + b"\0" + sha256(_content(folder / os.fsdecode(name))).digest())
    return CLEAN if found.digest() == sha256().digest() else found.hexdigest()


def _content(path: Path) -> bytes:
    """What git would store of a new file: of a link where it leads; nothing of another repository."""
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return b"" if path.is_dir() else path.read_bytes()


def _told(*command: str, folder: Path = PROJECT) -> str:
    """What a program says; nothing where there is none, or where it fails."""
    return _raw(*command, folder=folder).decode(errors="replace").strip()


def _raw(*command: str, folder: Path) -> bytes:
    try:
        answer = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    except OSError:
        return b""
    return answer.stdout if answer.returncode == 0 else b""
