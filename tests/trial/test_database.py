"""The driver: psycopg2, because Django would silently prefer psycopg 3 if it were there."""

from importlib.util import find_spec

import pytest
from django.db import connection, connections


@pytest.mark.parametrize("alias", list(connections))
def test_django_speaks_to_postgresql_through_psycopg2(alias: str) -> None:
    assert connections[alias].Database.__name__ == "psycopg2"  # type: ignore[attr-defined]
    assert connections[alias].vendor == "postgresql"


def test_psycopg_3_is_not_installed() -> None:
    assert find_spec("psycopg") is None


@pytest.mark.django_db
def test_it_is_a_postgresql_whose_unique_keys_know_nulls() -> None:
    assert connection.cursor().connection.server_version >= 150_000
