"""An R script of this folder, which reads a CSV file and writes JSON."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
PACKAGES_MISSING = 3

Json = dict[str, Any]


def answer(script: str, data: Path) -> Json:
    """What the script makes of the data; skips the test, saying why, where R or one of its packages lacks."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip(f"Rscript is not on the PATH: install R with the packages of tests/oracles/{script}.")
    out = data.with_suffix(".json")
    command = [program, str(FOLDER / script), str(data), str(out)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode == PACKAGES_MISSING:
        pytest.skip(f"R lacks packages: {run.stdout}.")
    assert run.returncode == 0, run.stderr
    found: Json = json.loads(out.read_text(encoding="utf-8"))
    return found
