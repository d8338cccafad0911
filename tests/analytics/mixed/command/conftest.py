"""What the tests of the command line share."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analytics.mixed import ModelSpec, Result, Statistics, fit
from analytics.mixed.command.main import main
from tests.analytics.mixed.command.commands import Run


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command that must succeed, and gives its JSON."""

    def run(command: Sequence[str], code: int = 0) -> dict[str, Any]:
        assert main([*command, "--json", str(tmp_path / "out.json")]) == code
        assert capsys.readouterr().err == ""
        found: dict[str, Any] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        return found

    return run


@pytest.fixture
def unconverged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fit of the command line stops before its end."""

    def stopped(statistics: Statistics, spec: ModelSpec) -> Result:
        return replace(fit(statistics, spec), converged=False, warnings=("The search stopped.",))

    monkeypatch.setattr("analytics.mixed.command.main.fit", stopped)
