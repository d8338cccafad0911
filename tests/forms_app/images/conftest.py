from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder of the images, empty."""
    settings.ATTACHMENTS = str(tmp_path / "attachments")
    return tmp_path / "attachments"
