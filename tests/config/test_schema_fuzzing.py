"""The whole OpenAPI document with each role's token: no crash, nothing outside the schema, no other site.

Each operation is asked as `test_every_address` asks it, with whatever its schema allows and with what it does
not allow, which must be refused; every example by each role. The examples are the same in each run, unless
FUZZ_EXAMPLES says how many new ones there are to be of either: then the seed is a fresh one, and pytest says
it of what failed.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.client import OF_ONE_CALL
from tests.config.test_every_address import ADDRESSES, Address, Kind
from tests.world import FOREIGN, Of, World, undone
from trial.access import Role

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FAS.schema")]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# A refusal is one for what was sent or for how things stand; which of both is seen first is nobody's promise.
# Of many rows each is refused by itself, in an answer of 207.
REFUSED = ["4xx", "207"]
CONFIG = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
SCHEMA = "/api/v1/schema/"
FRESH = os.environ.get("FUZZ_EXAMPLES", "")
EXAMPLES = 4
SETTINGS = hypothesis.settings(
    max_examples=int(FRESH or EXAMPLES),
    derandomize=not FRESH,
    print_blob=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Asking = Case[APIOperation[Any, Any, Any, Any]]
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
    """Where an operation has no row, anything."""
    return world.named(row.arguments.get(name, "1"), of, world.cast.investigator)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request does not end the transaction of its test; Django's own client sees to it in the same way."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def one_host(settings: "Settings") -> None:
    settings.ALLOWED_HOSTS = ["localhost"]


@pytest.fixture(autouse=True)
def refusals_unwritten(caplog: pytest.LogCaptureFixture) -> None:
    """Of tens of thousands of refusals none says more than its own answer."""
    caplog.set_level(logging.ERROR, "django.request")


def operations(token: str) -> list[Asked]:
    schema = schemathesis.openapi.from_wsgi(
        SCHEMA, WSGIHandler(), config=CONFIG, headers={"Authorization": token}
    )
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
            condition = condition if row.method != "get" else {}
            body = {"body": row.body, "media_type": "application/json"} if row.method != "get" else {}
            yield asked.operation.Case(path_parameters=place, headers=condition, **body)


def whatever(asked: Asked, world: World, mode: GenerationMode) -> SearchStrategy[Asking]:
    """What the schema allows, or what it does not allow; at a place that there is, or anywhere."""
    there = [
        asked.operation.as_strategy(mode, path_parameters=place, headers=dict(condition))
        for place in asked.places(world)
        for condition in CONDITIONS
    ]
    return st.one_of(*there, asked.operation.as_strategy(mode))


def judge(case: Asking, tokens: Mapping[Role, str]) -> None:
    """Ask in each role; what was sent may come back, and nothing else of another site."""
    sent = repr((case.body, case.query)).encode()
    judged: set[tuple[int, bytes, tuple[tuple[str, str], ...]]] = set()
    for role, token in tokens.items():
        with undone():
            response = case.call(headers={"Authorization": token})
        for name in FOREIGN:
            assert name not in response.content or name in sent, (role, case.formatted_path)
        # Roles that are answered alike are judged once.
        answer = (response.status_code, response.content, _headers(response))
        if answer not in judged:
            case.validate_response(response, checks=CHECKS, headers={"X-Asked-As": role})
            judged.add(answer)


def _headers(response: Any) -> tuple[tuple[str, str], ...]:
    told = {name.lower(): str(values) for name, values in response.headers.items()}
    return tuple(sorted((name, value) for name, value in told.items() if name not in OF_ONE_CALL))


@pytest.fixture(scope="module")
def asked_as(world: World) -> dict[Role, str]:
    """How each role's token is sent."""
    return {role: world.secrets[world.cast.with_role(role).pk] for role in Role}


def test_every_operation_answers_each_role_as_the_schema_says(
    world: World, asked_as: dict[Role, str], subtests: pytest.Subtests
) -> None:
    for asked in operations(asked_as[Role.INVESTIGATOR]):
        with subtests.test(operation=asked.operation.label):
            for case in as_the_rows_ask(asked, world):
                judge(case, asked_as)
        for mode in GenerationMode:
            with subtests.test(operation=asked.operation.label, mode=mode.value):
                fuzzed(whatever(asked, world, mode), asked_as)


def fuzzed(cases: SearchStrategy[Asking], asked_as: Mapping[Role, str]) -> None:
    @SETTINGS
    @hypothesis.given(cases)
    def each(case: Asking) -> None:
        judge(case, asked_as)

    each()


@pytest.mark.requirement("FAS.matrix")
def test_wherever_a_site_or_a_participant_may_be_sent_the_matrix_sends_one(asked_as: dict[Role, str]) -> None:
    without = [
        (asked.operation.label, name)
        for asked in operations(asked_as[Role.INVESTIGATOR])
        for name in {"site", "participant"} & may_be_sent(asked.operation)
        if not any(name in row.body or name in row.query for row in asked.rows)
    ]
    assert not without


def may_be_sent(operation: Any) -> set[str]:
    """The parameters of the query and the members of the body."""
    declared: dict[str, Any] = operation.definition.raw
    members = {each["name"] for each in declared.get("parameters", []) if each.get("in") == "query"}
    for body in declared.get("requestBody", {}).get("content", {}).values():
        name = body["schema"].get("$ref", "").rpartition("/")[2]
        shape = operation.schema.raw_schema["components"]["schemas"][name] if name else body["schema"]
        members |= set(shape.get("properties", {}))
    return members
