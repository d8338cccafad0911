"""What is installed: hashed, without addresses, the same tested as running, and never psycopg 3."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import is_psycopg3

REQUIREMENTS = Path(__file__).resolve().parent.parent.parent / "requirements"
LOCKS = ("base", "demo", "test")


def pins(name: str) -> set[str]:
    """Each `package==version`, with the condition on the Python it is for."""
    lines = (REQUIREMENTS / f"{name}.lock").read_text().splitlines()
    return {line.removesuffix(" \\") for line in lines if "==" in line and not line.startswith(" ")}


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_address(name: str) -> None:
    assert "://" not in (REQUIREMENTS / f"{name}.lock").read_text()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_a_hash(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.lock").read_text()
    packages = re.split(r"\n(?=\S)", text.strip())
    assert [package for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize("name", LOCKS)
def test_psycopg_3_is_in_no_lock(name: str) -> None:
    names = {pin.partition("==")[0] for pin in pins(name)}
    assert not names & {"psycopg", "psycopg-binary", "psycopg-c", "pgmq"}


def test_what_is_tested_is_what_runs() -> None:
    assert pins("base") < pins("demo") < pins("test")


def test_django_speaks_through_psycopg2() -> None:
    assert connection.settings_dict["ENGINE"] == "django.db.backends.postgresql"
    assert is_psycopg3 is False
