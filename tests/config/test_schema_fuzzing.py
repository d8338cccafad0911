"""The whole OpenAPI document with each role's token: no crash, nothing outside the schema, no other site.

Each operation is asked as `test_every_address` asks it, and with whatever its schema allows and does not
allow. The examples are the same in each run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import resolve
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import Cast
from tests.config.test_every_address import ADDRESSES, Address, Kind, Of, World, built, undone
from trial.access import Role
from trial.api.throttling import PersonThrottle
from trial.services import tokens

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FAS.schema")]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA = "/api/v1/schema/"
# Each operation is asked by each role as the table of addresses has it; and so many more times by some roles.
EXAMPLES, ROLES_FOR_EACH = 8, 2
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Asking = Case[APIOperation[Any, Any, Any, Any]]
FOREIGN = (b"02-001", b"02 South", b"Ivo South", b"Clara South")
CONDITIONS: tuple[dict[str, str], ...] = ({"If-Match": '"1"'}, {"If-None-Match": "*"}, {})


@dataclass(frozen=True)
class Asked:
    """An operation of the document, and the rows of `ADDRESSES` that ask it."""

    operation: Any
    rows: tuple[Address, ...]

    def place(self, world: World, row: Address, of: Of) -> dict[str, Any]:
        """The parameters of its path, as a row of the table has them."""
        named = re.findall(r"{(\w+)}", self.operation.path)
        return {name: parameter(world, row, name, of) for name in named}

    def places(self, world: World) -> list[dict[str, Any]]:
        """Places that there are, at the own site and at the other."""
        rows = self.rows or (Address(Kind.RIGHT),)
        found = [self.place(world, row, of) for row in rows for of in (Of.OWN, Of.OTHER)]
        return [place for number, place in enumerate(found) if place not in found[:number]]


def parameter(world: World, row: Address, name: str, of: Of) -> Any:
    if name == "code":
        return of.value
    return row.arguments.get(name) or world.numbers.get(name, "1")


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request does not end the transaction of its test; Django's own client sees to it in the same way."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: "Settings") -> World:
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.setattr(PersonThrottle, "rate", "100000/s", raising=False)
    return built(cast)


def operations(token: str) -> list[Asked]:
    schema = schemathesis.openapi.from_wsgi(SCHEMA, WSGIHandler(), headers={"Authorization": token})
    found: list[Any] = list(schema.get_all_operations())
    return [Asked(result.ok(), rows_of(result.ok())) for result in found]


def rows_of(operation: Any) -> tuple[Address, ...]:
    name = str(resolve(re.sub(r"{\w+}", "1", operation.path)).url_name)
    return tuple(row for row in ADDRESSES.get(name, ()) if row.method == operation.method.lower())


def as_the_rows_ask(asked: Asked, world: World) -> Iterator[Asking]:
    """What succeeds for whoever may, at the own site and at the other."""
    for row in asked.rows:
        for place in (asked.place(world, row, of) for of in (Of.OWN, Of.OTHER)):
            condition = {"If-Match": f'"{row.version}"'} if row.version else {"If-None-Match": "*"}
            body = {"body": row.body, "media_type": "application/json"} if row.method != "get" else {}
            yield asked.operation.Case(path_parameters=place, headers=condition, **body)


def whatever(asked: Asked, world: World) -> SearchStrategy[Asking]:
    """What the schema allows, and what it does not allow; at a place that there is, or anywhere."""
    there = [
        asked.operation.as_strategy(mode, path_parameters=place, headers=dict(condition))
        for mode in GenerationMode
        for place in asked.places(world)
        for condition in CONDITIONS
    ]
    anywhere = [asked.operation.as_strategy(mode) for mode in GenerationMode]
    return st.one_of(*there, *anywhere)


def judge(case: Asking, tokens: Mapping[Role, str]) -> None:
    """Ask in each role; what was sent may come back, and nothing else of another site."""
    sent = repr((case.body, case.query)).encode()
    for role, token in tokens.items():
        with undone():
            response = case.call(headers={"Authorization": token})
            case.validate_response(response, checks=CHECKS, headers={"X-Asked-As": role})
        for name in FOREIGN:
            assert name not in response.content or name in sent, (role, case.formatted_path)


def in_turn(people: Mapping[Role, str]) -> Iterator[dict[Role, str]]:
    """Some roles for each example, so that every role meets as many."""
    roles = cycle(people.items())
    while True:
        yield dict(islice(roles, ROLES_FOR_EACH))


def test_every_operation_answers_each_role_as_the_schema_says(
    world: World, subtests: pytest.Subtests
) -> None:
    people = {role: f"Token {tokens.create(by=world.cast.with_role(role))[1]}" for role in Role}
    some = in_turn(people)
    for asked in operations(people[Role.INVESTIGATOR]):
        with subtests.test(operation=asked.operation.label):
            for case in as_the_rows_ask(asked, world):
                judge(case, people)

            @SETTINGS
            @hypothesis.given(whatever(asked, world))
            def fuzzed(case: Asking) -> None:
                judge(case, next(some))

            fuzzed()
