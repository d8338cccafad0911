"""Every kind of error is a problem in JSON, in the words of the catalogue."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from rest_framework.exceptions import PermissionDenied, Throttled, ValidationError
from rest_framework.response import Response
from rest_framework.test import APIClient

from tests import journey
from tests.cast import PASSWORD, Cast
from tests.client import ROOT, client, problem
from trial.api import problems
from trial.refusals import CATALOGUE

pytestmark = pytest.mark.django_db


def test_without_a_token_one_is_asked_for_it(cast: Cast) -> None:
    response = APIClient().get(ROOT)
    told = problem(response, 401, "not_signed_in")
    assert told == {
        "type": "/api/v1/docs/#problem-100",
        "title": "Not signed in",
        "status": 401,
        "detail": "Sign in, or send a valid token, and try again.",
        "code": "not_signed_in",
    }
    assert response["WWW-Authenticate"] == "Token"


NOWHERE = ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/x", "/api/v1/participants"]


@pytest.mark.parametrize("address", NOWHERE)
def test_an_address_that_is_none_is_a_problem_and_no_page(cast: Cast, address: str) -> None:
    problem(client(cast.monitor).get(address), 404, "not_found")
    problem(APIClient().get(address), 401, "not_signed_in")


@pytest.mark.parametrize("method", ["delete", "put", "patch"])
def test_a_method_that_is_not_answered_is_named(cast: Cast, method: str) -> None:
    told = problem(getattr(client(cast.monitor), method)(ROOT), 405, "method")
    assert told["detail"] == f"This address does not answer {method.upper()}."


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "text/csv"])
def test_only_json_is_served(cast: Cast, accept: str) -> None:
    problem(client(cast.monitor).get(ROOT, headers={"Accept": accept}), 406, "not_acceptable")


@pytest.mark.parametrize(
    "media",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"],
)
def test_only_json_is_read(cast: Cast, media: str) -> None:
    response = client(cast.coordinator).post(ROOT, b'{"site": "01"}', content_type=media)
    problem(response, 415, "media_type")


NO_JSON = [b"{", b"{'site': 1}", b'{"site": NaN}', b"\xff", b"[" * 100_000, b"1" * 5000]


@pytest.mark.parametrize("sent", NO_JSON, ids=lambda sent: str(sent[:10]))
def test_what_is_no_json_is_refused(cast: Cast, sent: bytes) -> None:
    response = client(cast.coordinator).post(ROOT, sent, content_type="application/json")
    problem(response, 400, "malformed")


def test_an_unknown_member_is_named(cast: Cast) -> None:
    told = problem(client(cast.coordinator).post(ROOT, {"site": "01", "sit": "01"}), 400, "malformed")
    assert told["detail"] == "Unknown member “sit”. Known here: site."


def test_half_a_character_is_refused_before_it_is_said_back(cast: Cast) -> None:
    sent = b'{"\\ud800": "\\udfff"}'
    problem(client(cast.coordinator).post(ROOT, sent, content_type="application/json"), 400, "malformed")


def signed_in(username: str) -> Client:
    browser = Client(enforce_csrf_checks=True)
    assert browser.login(username=username, password=PASSWORD)
    return browser


def test_a_session_needs_its_csrf_token_to_write(cast: Cast) -> None:
    browser = signed_in("coordinator")
    problem(browser.post(ROOT, "{}", content_type="application/json"), 403, "csrf")


def handled(error: Exception) -> Response:
    request = type("Request", (), {"path": "/api/v1/x/", "data": {}})()
    return problems.handler(error, {"request": request})


def told(error: Exception) -> tuple[int, Any]:
    response = handled(error)
    assert response.data is not None
    return response.status_code, response.data["code"]


def test_a_fault_of_ours_is_logged_and_told_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = handled(ZeroDivisionError("secret detail"))
    assert told(ZeroDivisionError()) == (500, "failed")
    assert "secret" not in str(response.data)
    assert "The API failed at /api/v1/x/" in caplog.text


def test_the_other_errors_of_the_framework_get_our_words() -> None:
    assert told(PermissionDenied()) == (403, "right")
    assert told(ValidationError({"page": ["Too large."]})) == (400, "malformed")
    assert told(Throttled(wait=7)) == (429, "throttled")
    assert handled(Throttled(wait=7))["Retry-After"] == "7"


def test_every_problem_stands_on_the_page_that_it_points_to(cast: Cast) -> None:
    page = signed_in("monitor").get("/api/v1/docs/").content.decode()
    for kind in CATALOGUE.values():
        assert f'id="problem-{kind.number}"' in page
        assert kind.title in page
        assert escape(kind.sentence) in page
        assert kind.sentence == "{problem}" or kind.sentence.endswith((".", "?"))


def test_each_answer_can_be_traced(cast: Cast) -> None:
    journey.added(cast)
    first, second = (client(cast.monitor).get(ROOT)["X-Request-ID"] for _ in range(2))
    assert len(first) == 32
    assert first != second
