"""docs/how-to/use-the-api.md holds: its pieces are one program, and it runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trial.models import Pain, User
from trial.services import tokens

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-api.md"


def pieces(language: str) -> str:
    """What stands in the page in a language, all of it."""
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL))


def run(words: list[str], folder: Path, **environment: str) -> None:
    python = str(Path(sys.executable).parent)
    done = subprocess.run(
        words,
        cwd=folder,
        env={"PATH": f"{python}{os.pathsep}{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("worker", "demonstration")
def test_the_page_runs_as_it_stands(live_server: Any, tmp_path: Path) -> None:
    _, token = tokens.create(by=User.objects.get(username="investigator"))
    (tmp_path / "program.py").write_text(pieces("python"))
    run(
        [sys.executable, "program.py"],
        tmp_path,
        FASCICLE_URL=str(live_server.url),
        FASCICLE_TOKEN=token,
    )
    run(["sh", "-e", "-c", pieces("sh")], tmp_path)
    assert Pain.objects.filter(nrs_avg24=5, nrs_worst24=5, nrs_least24=1).exists()
