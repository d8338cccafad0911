"""Every package that Fascicle asks for is one that it uses."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PLACES = ("config", "analytics", "forms_app", "trial")
NEEDED: list[str] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]

# Used by Django and Python without being named: the hasher, and the time zones where a system has none.
UNNAMED = {"argon2-cffi", "tzdata"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def modules(package: str) -> set[str]:
    """The names under which an installed package is imported."""
    return {
        module
        for module, packages in packages_distributions().items()
        if canonical(package) in map(canonical, packages)
    }


@pytest.fixture(scope="module")
def code() -> str:
    files = [path for place in PLACES for path in (PROJECT / place).rglob("*.py")]
    return "\n".join(path.read_text() for path in files)


@pytest.mark.parametrize("needed", NEEDED)
def test_a_package_that_is_asked_for_is_used(code: str, needed: str) -> None:
    package = re.split(r"[<>=!~\[]", needed)[0]
    named = any(re.search(rf"\b{module}\b", code) for module in modules(package))
    assert named or package in UNNAMED
