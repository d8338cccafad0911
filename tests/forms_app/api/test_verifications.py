"""Source data verification over the API."""

from typing import Any

import pytest

from forms_app.selectors import verifications as selector
from tests import answers, journey
from tests.cast import Cast
from tests.client import change, delete, get, problem, put
from trial.models import Participant, User

pytestmark = pytest.mark.django_db

PAIN = "01-001/visits/BL/forms/pain/"
VERIFICATION = f"{PAIN}verification/"
VERIFY = {"state": "verified", "items": ["nrs_avg24"]}


def send(who: User, address: str, body: dict[str, Any]) -> Any:
    """Verify or withdraw what was read just before."""
    return put(who, address, {**body, "content_hash": get(who, address).json()["content_hash"]})


@pytest.fixture
def saved(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7, nrs_now=5))
    return participant


@pytest.mark.requirement("E6.18")
def test_answers_are_verified_and_told(cast: Cast, saved: Participant) -> None:
    before = get(cast.investigator, VERIFICATION)
    assert before.status_code == 200
    assert before.json()["items"]["nrs_avg24"] == {
        "required": True,
        "state": None,
        "verified_by": None,
        "verified_at": None,
    }
    done = send(cast.monitor, VERIFICATION, VERIFY).json()
    assert (done["verified"], done["changed"]) == (1, 0)
    assert done["open"] == done["required"] - 1
    assert done["items"]["nrs_avg24"]["verified_by"] == "Mona North"
    assert (
        change(cast.coordinator, PAIN, {"items": {"nrs_avg24": 6}, "reason": "Misheard"}, 1).status_code
        == 200
    )
    after = get(cast.coordinator, VERIFICATION).json()
    assert after["items"]["nrs_avg24"]["state"] == "changed since verified"
    assert (after["verified"], after["changed"]) == (0, 1)


def test_without_items_it_is_what_the_plan_asks_for(cast: Cast, saved: Participant) -> None:
    done = send(cast.monitor, VERIFICATION, {"state": "verified"}).json()
    asked = {path for path, item in done["items"].items() if item["required"]}
    verified = {path for path, item in done["items"].items() if item["state"] == "verified"}
    assert asked == verified
    assert ("nrs_now" in asked) is selector.PLAN.is_sampled(saved.code)
    assert done["open"] == 0


def test_it_is_withdrawn(cast: Cast, saved: Participant) -> None:
    send(cast.monitor, VERIFICATION, VERIFY)
    withdrawn = {"state": "verification withdrawn", "items": ["nrs_avg24"], "reason": "Another source"}
    done = send(cast.monitor, VERIFICATION, withdrawn).json()
    assert done["items"]["nrs_avg24"]["state"] == "verification withdrawn"
    problem(send(cast.monitor, VERIFICATION, withdrawn), 409, "verification_none")


def test_an_entry_of_a_log_is_verified_too(cast: Cast, saved: Participant) -> None:
    journey.log(cast.investigator, saved, "medication", answers.medication(journey.day_of(saved, "BL")))
    address = "01-001/logs/medication/1/verification/"
    body = {"state": "verified", "items": ["cmtrt"]}
    assert send(cast.monitor, address, body).json()["items"]["cmtrt"]["state"] == "verified"


def test_what_is_wrong_is_said(cast: Cast, saved: Participant) -> None:
    problem(send(cast.coordinator, VERIFICATION, VERIFY), 403, "right")
    problem(put(cast.monitor, VERIFICATION, VERIFY), 409, "content_changed")
    problem(put(cast.monitor, VERIFICATION, {**VERIFY, "content_hash": "0" * 64}), 409, "content_changed")
    problem(send(cast.monitor, VERIFICATION, {"state": "odd"}), 400, "malformed")
    problem(send(cast.monitor, VERIFICATION, {**VERIFY, "items": "nrs_avg24"}), 400, "malformed")
    problem(send(cast.monitor, VERIFICATION, {**VERIFY, "items": ["odd"]}), 422, "unknown_item")
    problem(send(cast.monitor, VERIFICATION, {**VERIFY, "items": ["nrs_rest"]}), 409, "verification_empty")
    problem(get(cast.southern_investigator, VERIFICATION), 404, "not_found")


def test_a_form_out_of_use_is_neither_verified_nor_asked_for(cast: Cast, saved: Participant) -> None:
    send(cast.monitor, VERIFICATION, VERIFY)
    headers = {"If-Match": '"1"'}
    assert delete(cast.coordinator, PAIN, {"reason": "Wrong person"}, **headers).status_code == 200
    told = get(cast.monitor, VERIFICATION).json()
    assert (told["required"], told["verified"], told["open"]) == (0, 0, 0)
    problem(send(cast.monitor, VERIFICATION, VERIFY), 409, "record_removed")
