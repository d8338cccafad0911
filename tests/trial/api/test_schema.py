"""The API describes itself: completely, and without a warning."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular import validation as spectacular
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from tests.cast import PASSWORD, Cast
from tests.client import client
from trial.crf import registry
from trial.crf.answers import Row
from trial.crf.items import Item
from trial.refusals import CATALOGUE


def named(*codes: str) -> str:
    """The name of a form or a group in the schema: "prior_treatment" is PriorTreatment there."""
    return "".join(word.capitalize() for code in codes for word in code.split("_"))


ROWS: list[tuple[str, type[Row]]] = [
    (named(form.code, *([row.code] if row is not form else [])), row)
    for form in registry.FORMS
    for row in (form, *form.groups)
]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    read: dict[str, Any] = yaml.safe_load(out.getvalue())
    return read


def test_it_is_valid_and_gives_no_warning(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"


def test_the_schema_of_openapi_admits_it(schema: dict[str, Any]) -> None:
    """That of the OpenAPI initiative, asked by `jsonschema`."""
    told = json.loads(Path(str(spectacular.__file__)).with_name("openapi_3_1_schema.json").read_text())
    assert not list(Draft202012Validator(told).iter_errors(schema))


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_has_a_name_of_its_own_that_a_program_can_call(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch("[a-z]+(_[a-z]+)*", name)] == []


def content(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is sent, and what is answered, by its media type."""
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from part.get("content", {}).items()


def test_every_body_and_answer_has_an_example_of_its_shape(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        for name, media in content(operation):
            if not name.endswith("json"):
                continue
            given = [each["value"] for each in media.get("examples", {}).values()]
            shown = [media["example"]] if "example" in media else given
            assert shown, (path, method, name)
            shape = Draft202012Validator(
                {**media["schema"], "components": schema["components"]},
                format_checker=Draft202012Validator.FORMAT_CHECKER,
            )
            for example in shown:
                problems = [error.message for error in shape.iter_errors(example)]
                assert not problems, (path, method, name)


def test_refusals_have_examples_of_the_catalogue(schema: dict[str, Any]) -> None:
    told = schema["components"]["responses"]
    for status in {kind.status for kind in CATALOGUE.values()}:
        media = told[f"Refused{status}"]["content"]["application/problem+json"]
        assert CATALOGUE[media["example"]["code"]].status == status
        assert not list(
            Draft202012Validator({**media["schema"], "components": schema["components"]}).iter_errors(
                media["example"]
            )
        )


def test_each_operation_names_the_statuses_with_which_it_can_refuse_and_no_others(
    schema: dict[str, Any],
) -> None:
    for path, method, operation in operations(schema):
        told, taken = set(operation["responses"]), {each.get("name") for each in operation["parameters"]}
        assert {"400", "401", "403", "406", "429", "500"} <= told, (path, method)
        assert all(re.fullmatch("[2-5][0-9]{2}", status) for status in told), (path, method)
        assert told >= ({"304", "412"} if method == "get" else {"409", "422"}), (path, method)
        assert "404" in told or "{" not in path, (path, method)
        assert "410" in told or "changed_since" not in taken, (path, method)
        assert (told >= {"413", "415"}) == ("requestBody" in operation), (path, method)
        if method != "get":
            assert (told >= {"412", "428"}) == ("If-Match" in taken), (path, method)


def test_what_follows_from_nothing_is_said_by_the_view(schema: dict[str, Any]) -> None:
    gone = {path for path, _, operation in operations(schema) if "410" in operation["responses"]}
    assert gone == {
        "/api/v1/changes/",
        "/api/v1/exports/{number}/file/",
        "/api/v1/participants/",
        "/api/v1/queries/",
    }
    waiting = {
        path for path, method, each in operations(schema) if method == "get" and "409" in each["responses"]
    }
    assert waiting == {"/api/v1/exports/{number}/file/", "/api/v1/ledger/events/{number}/proof/"}


def test_the_codes_of_a_status_stand_at_it(schema: dict[str, Any]) -> None:
    told = schema["components"]["responses"]
    for code, kind in CATALOGUE.items():
        assert f"`{code}`" in told[f"Refused{kind.status}"]["description"]


def test_a_key_is_asked_for_where_one_is_taken(schema: dict[str, Any]) -> None:
    key = {"$ref": "#/components/parameters/OnlyOnce"}
    without = {
        path
        for path, method, operation in operations(schema)
        if method != "get" and key not in operation["parameters"]
    }
    assert without == {"/api/v1/due/calendar/", "/api/v1/webhooks/", "/api/v1/webhooks/{number}/secret/"}


def test_a_list_is_paged_and_its_parameters_are_named(schema: dict[str, Any]) -> None:
    lists = [each for each in operations(schema) if each[2]["operationId"].endswith("_list")]
    assert len(lists) > 15
    for path, _, operation in lists:
        named = {each.get("name") for each in operation["parameters"]}
        assert {"limit", "cursor", "fields"} <= named, path
        assert "application/vnd.fascicle.partial+json" in operation["responses"]["200"]["content"], path


def test_it_names_every_address(schema: dict[str, Any]) -> None:
    record = "/api/v1/participants/{code}/visits/{visit}/forms/{form}/"
    assert set(schema["paths"]) >= {
        "/api/v1/participants/",
        "/api/v1/participants/{code}/",
        "/api/v1/participants/{code}/visits/",
        "/api/v1/participants/{code}/visits/{visit}/",
        record,
        record + "restore/",
        "/api/v1/participants/{code}/logs/{form}/",
        "/api/v1/participants/{code}/logs/{form}/{repeat}/",
        "/api/v1/analyses/",
        "/api/v1/analyses/{outcome}/",
    }


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])
def test_it_names_every_item_with_its_limits(schema: dict[str, Any], name: str, row: type[Row]) -> None:
    properties = schema["components"]["schemas"][f"{name}Items"]["properties"]
    entered = [item for item in row.items() if not item.derived]
    assert set(properties) == {item.name for item in entered}
    for item in entered:
        described = properties[str(item.name)]
        assert item.label in described["description"]
        if item.hard and item.numeric:
            ends = [None if end is None else float(end) for end in (item.hard.low, item.hard.high)]
            assert [described.get("minimum"), described.get("maximum")] == ends
        if item.codelist:
            assert set(item.codelist.codes) <= codes_of(schema, described)


def codes_of(schema: dict[str, Any], described: dict[str, Any]) -> set[Any]:
    """The codes that a property admits, wherever the schema keeps them."""
    found = set(described.get("enum", []))
    several = described.get("items", {})
    found |= set(several.get("enum", []))
    for part in (*described.get("oneOf", []), *described.get("allOf", []), described, several):
        if "$ref" in part:
            found |= set(schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]].get("enum", []))
    return found


def test_every_operation_needs_a_sign_in(schema: dict[str, Any]) -> None:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation.get("security"), (path, method)


@pytest.mark.django_db
def test_it_is_served_to_who_is_signed_in(cast: Cast) -> None:
    assert client(cast.monitor).get("/api/v1/schema/").status_code == 200
    assert APIClient().get("/api/v1/schema/").status_code == 401


@pytest.mark.django_db
def test_the_page_explains_every_operation_and_needs_no_script(cast: Cast) -> None:
    browser = Client()
    browser.login(username="monitor", password=PASSWORD)
    response = browser.get("/api/v1/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "/api/v1/participants/{code}/visits/{visit}/forms/{form}/" in page
    assert "http://" not in page.replace("http://testserver", "")
    assert "style=" not in page
    assert "onclick" not in page


def test_every_item_has_words() -> None:
    for _, row in ROWS:
        for item in row.items():
            assert isinstance(item, Item)
            assert item.label[0].isupper()
