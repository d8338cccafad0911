"""The world of the addresses, made once for a file of tests."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from forms_app.paper import casebook
from forms_app.screens import flow
from tests.cast import gather
from tests.world import World, built
from trial.api.throttling import PersonThrottle
from trial.screens.pictures import png


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """What it gives the first time, whatever it is asked later."""
    kept: list[Any] = []

    def given(*asked: Any, **named: Any) -> Any:
        kept[:] = kept or [function(*asked, **named)]
        return kept[0]

    return given


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """It lies in a transaction around those of the tests; no test of its file may commit."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(PersonThrottle, "rate", "100000/s", raising=False)
        # Who may have a drawing is decided before it is drawn; how it is drawn has tests of its own.
        patch.setattr(casebook, "draw", once(casebook.draw))
        patch.setattr(flow, "png", cache(png))
        patch.setattr(SchemaGenerator, "get_schema", once(SchemaGenerator.get_schema))
        yield built(gather())
        transaction.set_rollback(True)
