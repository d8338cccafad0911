"""Questions and comments over the API."""

from typing import Any

import pytest

from tests import answers, journey
from tests.cast import Cast
from tests.client import change, client, create, get, post, problem, put
from trial.models import Participant, User

pytestmark = pytest.mark.django_db

PAIN = "01-001/visits/BL/forms/pain/"
QUERIES = f"{PAIN}queries/"
ASKED = {"item": "nrs_avg24", "text": "Is this so?"}


@pytest.fixture
def participant(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


@pytest.fixture
def saved(cast: Cast, participant: Participant) -> Participant:
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    return participant


def test_a_question_is_asked_and_listed(cast: Cast, saved: Participant) -> None:
    response = post(cast.monitor, QUERIES, ASKED)
    expected = {
        "check": "nrs_avg24.manual-1",
        "item": "nrs_avg24",
        "sentence": "Is this so?",
        "state": "open",
        "explanation": "",
        "raised_by": {"username": "monitor", "name": "Mona North"},
        "assigned_to": None,
        "days_open": 0,
    }
    assert response.status_code == 201
    asked = response.json()
    assert {name: asked[name] for name in expected} == expected
    assert asked["opened_at"] <= asked["moved_at"]
    (listed,), (of_form,) = (
        get(cast.data_manager, QUERIES).json()["results"],
        get(cast.data_manager, PAIN).json()["queries"],
    )
    for each in (listed, of_form):
        assert {name: each[name] for name in expected} == expected


def test_it_is_answered_and_settled(cast: Cast, saved: Participant) -> None:
    post(cast.monitor, QUERIES, ASKED)
    address = f"{QUERIES}nrs_avg24.manual-1/"
    answered = put(cast.coordinator, address, {"state": "answered", "explanation": "It is"})
    assert answered.json()["explanation"] == "It is"
    assert put(cast.monitor, address, {"state": "closed"}).json()["state"] == "closed"
    problem(put(cast.coordinator, address, {"state": "answered", "explanation": "It is"}), 409, "query_move")
    problem(put(cast.coordinator, address, {"state": "candidate"}), 400, "malformed")
    problem(put(cast.coordinator, address, {"explanation": "It is"}), 400, "malformed")


def test_what_is_wrong_with_a_question_is_said(cast: Cast, saved: Participant) -> None:
    problem(post(cast.auditor, QUERIES, ASKED), 403, "right")
    problem(post(cast.monitor, QUERIES, {**ASKED, "item": "nobody"}), 422, "unknown_item")
    problem(post(cast.monitor, QUERIES, {**ASKED, "text": ""}), 422, "answers")
    problem(put(cast.monitor, f"{QUERIES}nrs_avg24.manual-9/", {"state": "closed"}), 404, "not_found")


def test_a_log_has_questions_too(cast: Cast, saved: Participant) -> None:
    drug = "01-001/logs/medication/"
    created = post(cast.coordinator, drug, {"items": {"cmtrt": "Ibuprofen"}})
    assert created.status_code == 201
    response = post(cast.monitor, f"{drug}1/queries/", {"item": "cmtrt", "text": "Which strength?"})
    assert response.json()["check"] == "cmtrt.manual-1"
    answered = put(
        cast.coordinator,
        f"{drug}1/queries/cmtrt.manual-1/",
        {"state": "answered", "explanation": "400 mg"},
    )
    assert answered.json()["state"] == "answered"


def test_comments_go_and_come_with_the_form(cast: Cast, participant: Participant) -> None:
    body = {"items": {"nrs_avg24": 7}, "comments": {"nrs_avg24": "Asked twice"}}
    assert create(cast.coordinator, PAIN, body).status_code == 201
    assert get(cast.monitor, PAIN).json()["comments"] == {"nrs_avg24": "Asked twice"}
    assert change(cast.coordinator, PAIN, {"items": {"nrs_avg24": 7}}, 1).status_code == 200
    assert get(cast.monitor, PAIN).json()["comments"] == {"nrs_avg24": "Asked twice"}
    taken_back = {"items": {"nrs_avg24": 7}, "comments": {"nrs_avg24": ""}, "reason": "Wrong item"}
    assert change(cast.coordinator, PAIN, taken_back, 1).status_code == 200
    assert get(cast.monitor, PAIN).json()["comments"] == {}


def test_a_comment_on_no_item_is_refused(cast: Cast, participant: Participant) -> None:
    body = {"items": {"nrs_avg24": 7}, "comments": {"nobody": "x"}}
    said = problem(create(cast.coordinator, PAIN, body), 422, "answers")
    assert list(said["errors"]) == ["comments.nobody"]


# Candidates, people, lists


def everywhere(user: User, **query: str) -> Any:
    return client(user).get("/api/v1/queries/", query)


def test_a_candidate_is_released_given_and_taken_back(cast: Cast, saved: Participant) -> None:
    for text in ("Is this so?", "Really?"):
        assert post(cast.statistician, QUERIES, {**ASKED, "text": text}).json()["state"] == "candidate"
    first, second = f"{QUERIES}nrs_avg24.manual-1/", f"{QUERIES}nrs_avg24.manual-2/"
    assert get(cast.coordinator, QUERIES).json()["results"] == []
    problem(put(cast.coordinator, first, {"state": "answered", "explanation": "It is"}), 404, "not_found")
    given = put(cast.monitor, first, {"state": "open", "assigned_to": "coordinator"}).json()
    assert (given["state"], given["assigned_to"]["name"]) == ("open", "Conrad North")
    assert (
        put(cast.monitor, second, {"state": "cancelled", "reason": "Asked already"}).json()["state"]
        == "cancelled"
    )
    assert [each["state"] for each in get(cast.coordinator, QUERIES).json()["results"]] == ["open"]
    assert put(cast.monitor, first, {"assigned_to": None}).json()["assigned_to"] is None
    problem(put(cast.monitor, first, {"assigned_to": "nobody"}), 400, "malformed")
    problem(put(cast.monitor, first, {"assigned_to": "southern_coordinator"}), 409, "query_assignee")


def test_it_is_given_and_moved_or_neither(cast: Cast, saved: Participant) -> None:
    post(cast.monitor, QUERIES, ASKED)
    address = f"{QUERIES}nrs_avg24.manual-1/"
    put(cast.coordinator, address, {"state": "answered", "explanation": "It is"})
    for state, status, code in (("cancelled", 409, "query_move"), ("odd", 400, "malformed")):
        problem(put(cast.monitor, address, {"assigned_to": "coordinator", "state": state}), status, code)
    assert get(cast.monitor, QUERIES).json()["results"][0]["assigned_to"] is None
    both = put(cast.monitor, address, {"assigned_to": "coordinator", "state": "open"}).json()
    assert (both["state"], both["assigned_to"]["username"]) == ("open", "coordinator")


def test_a_question_may_be_about_the_form_as_a_whole(cast: Cast, saved: Participant) -> None:
    asked = post(cast.monitor, QUERIES, {"text": "Whose pain is this?"}).json()
    assert (asked["item"], asked["check"]) == ("", ".manual-1")
    assert put(cast.monitor, f"{QUERIES}.manual-1/", {"state": "closed"}).json()["state"] == "closed"


def test_all_questions_are_listed_with_their_record(cast: Cast, saved: Participant) -> None:
    post(cast.monitor, QUERIES, ASKED)
    body = everywhere(cast.coordinator).json()
    assert (body["next"], body["previous"]) == (None, None)
    (listed,) = body["results"]
    place = {name: listed[name] for name in ("participant", "site", "visit", "form", "repeat")}
    assert place == {"participant": "01-001", "site": "01", "visit": "BL", "form": "pain", "repeat": 1}
    for chosen in ({"visit": "BL"}, {"form": "pain"}, {"participant": "01-001"}):
        assert everywhere(cast.coordinator, **chosen).json()["results"] == [listed]
    for other in ({"visit": "W1"}, {"assigned_to": "coordinator"}, {"site": "02"}):
        assert everywhere(cast.coordinator, **other).json()["results"] == []
    assert everywhere(cast.southern_coordinator).json()["results"] == []
    problem(everywhere(cast.administrator), 403, "right")


@pytest.mark.parametrize(
    "query",
    [{"state": "odd"}, {"by": "odd"}, {"days": "-1"}, {"list": "odd"}, {"site": "a\x00"}, {"limit": "x"}],
)
def test_what_cannot_be_filtered_by_is_refused(cast: Cast, saved: Participant, query: dict[str, str]) -> None:
    problem(everywhere(cast.monitor, **query), 400, "malformed")
