"""The API describes itself: completely, and without a warning."""

from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from tests.cast import PASSWORD, Cast
from tests.client import client
from trial.crf import registry
from trial.crf.answers import Row
from trial.crf.items import Item


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
    assert schema["openapi"].startswith("3.")


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
