"""The generated client, as somebody’s program uses it: a package on a path, an address and a token."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tools import client
from trial.models import Record, User
from trial.services import tokens

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "docs" / "examples" / "save_a_visit.py"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client of the API as it is now."""
    return client.make(tmp_path_factory.mktemp("made") / "client")


def run_example(package: Path, address: str, token: str, picture: Path) -> "subprocess.CompletedProcess[str]":
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(package),
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(picture.parent),
        "FASCICLE_URL": address,
        "FASCICLE_TOKEN": token,
    }
    return subprocess.run(
        [sys.executable, str(EXAMPLE), str(picture)],
        env=environment,
        cwd=picture.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.usefixtures("worker", "demonstration")
def test_the_example_saves_a_visit_waits_for_the_refit_and_draws_the_estimates(
    live_server: Any, package: Path, tmp_path: Path
) -> None:
    before = Record.objects.filter(form="pain").count()
    picture = tmp_path / "estimates.png"
    _, token = tokens.create(by=User.objects.get(username="investigator"))
    done = run_example(package, live_server.url, token, picture)
    assert done.returncode == 0, done.stdout + done.stderr
    assert Record.objects.filter(form="pain").count() == before + 1
    assert "Saved as version 1" in done.stdout
    with Image.open(picture) as drawn:
        assert drawn.size == (600, 400)


@pytest.mark.usefixtures("demonstration")
def test_a_refusal_ends_the_example_with_its_sentence(
    live_server: Any, package: Path, tmp_path: Path
) -> None:
    done = run_example(package, live_server.url, "no token of ours", tmp_path / "none.png")
    assert done.returncode == 1
    assert "Sign in, or send a valid token" in done.stderr


def test_the_package_says_that_it_is_typed(package: Path) -> None:
    assert (package / client.PACKAGE / "py.typed").is_file()


def test_a_document_that_cannot_be_expressed_makes_no_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TOOLS", tmp_path)
    with pytest.raises(client.NotMade):
        client.make(tmp_path / "client")
