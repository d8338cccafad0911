"""These tests need R and take their time: they run by `make test-oracles`, not with all the others."""

import os
import secrets
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
# A seed of your own repeats a run.
SEED = int(os.environ.get("ORACLE_SEED") or secrets.randbelow(10**6))


def pytest_report_header() -> str:
    return f"oracles: data simulated from ORACLE_SEED={SEED}"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Only what was asked for by name."""
    asked_for = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    named = any(path == FOLDER or FOLDER in path.parents for path in asked_for)
    return None if named or collection_path == FOLDER else True


@pytest.fixture(scope="session")
def seed() -> int:
    return SEED
