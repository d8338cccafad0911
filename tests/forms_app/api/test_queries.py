"""Questions and comments over the API."""

import pytest

from tests import answers, journey
from tests.cast import Cast
from tests.client import change, create, get, post, problem, put
from trial.models import Participant

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
    }
    assert (response.status_code, response.json()) == (201, expected)
    assert get(cast.data_manager, QUERIES).json() == [expected]
    assert get(cast.data_manager, PAIN).json()["queries"] == [expected]


def test_it_is_answered_and_settled(cast: Cast, saved: Participant) -> None:
    post(cast.monitor, QUERIES, ASKED)
    address = f"{QUERIES}nrs_avg24.manual-1/"
    answered = put(cast.coordinator, address, {"state": "answered", "explanation": "It is"})
    assert answered.json()["explanation"] == "It is"
    assert put(cast.monitor, address, {"state": "closed"}).json()["state"] == "closed"
    problem(put(cast.coordinator, address, {"state": "answered", "explanation": "It is"}), 409, "query_move")
    problem(put(cast.coordinator, address, {"state": "candidate"}), 400, "malformed")


def test_what_is_wrong_with_a_question_is_said(cast: Cast, saved: Participant) -> None:
    problem(post(cast.statistician, QUERIES, ASKED), 403, "right")
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
