"""`make setup`: pip does what the lock says, once."""

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "deploy" / "venv.py"


class Recorder:
    """Stands where the commands would run, and notes those that pip or venv would get."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def __call__(self, *command: str) -> None:
        self.commands.append(" ".join(command))


@pytest.fixture
def setup(tmp_path: Path) -> dict[str, Any]:
    """The script's names, for a project in the test's own folder, with an environment of this Python."""
    names = runpy.run_path(str(SCRIPT))
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "requirements").mkdir()
    for level in ("demo", "test"):
        (tmp_path / "requirements" / f"{level}.lock").write_text(f"{level}==1\n")
    scope = names["main"].__globals__
    scope |= {"PROJECT": tmp_path, "VENV": venv, "PYTHON": venv / "bin" / "python", "run": Recorder()}
    return scope  # type: ignore[no-any-return]


def test_the_second_time_nothing_is_installed(setup: dict[str, Any]) -> None:
    setup["main"]("demo")
    setup["main"]("demo")
    assert len(setup["run"].commands) == 1
    assert "--require-hashes" in setup["run"].commands[0]


def test_after_the_tests_packages_the_demo_needs_no_more(setup: dict[str, Any]) -> None:
    setup["main"]("test")
    setup["main"]("demo")
    assert len(setup["run"].commands) == 1


def test_a_changed_lock_is_installed_into_the_same_environment(setup: dict[str, Any]) -> None:
    setup["main"]("demo")
    (setup["PROJECT"] / "requirements" / "demo.lock").write_text("demo==2\n")
    setup["main"]("demo")
    assert len(setup["run"].commands) == 2
    assert not any("venv" in command.split()[1:3] for command in setup["run"].commands)


def test_an_environment_that_does_not_work_is_made_anew(setup: dict[str, Any]) -> None:
    setup["PYTHON"].unlink()
    setup["create"]()
    assert "-m venv --clear" in setup["run"].commands[0]


def test_an_old_python_is_refused_with_a_sentence(
    setup: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        setup["main"]("demo")


def test_make_says_so_when_there_is_no_python() -> None:
    answer = subprocess.run(
        ["make", "setup", "PYTHON=no-such-python"],
        cwd=SCRIPT.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode != 0
    assert "Fascicle needs Python 3.11 or newer" in answer.stdout
