import pytest
from pytest_django import Settings

from forms_app.demo import load


@pytest.fixture
def demonstration(transactional_db: None, settings: Settings) -> None:
    """The demonstration trial, committed, where its accounts may sign in."""
    settings.DEBUG = True
    load.load(lambda _: None)
