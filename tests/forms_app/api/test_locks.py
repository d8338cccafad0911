"""Freezes and locks over the API."""

from typing import Any

import pytest
from django.test import Client as Browser

from forms_app.selectors.lock_target import of_participant
from tests import answers, journey
from tests.cast import Cast
from tests.client import change, client, post, problem, put
from tests.forms_app.paper.pdf import words
from tests.locking import put_on, second_data_manager
from trial.models import Participant, User

pytestmark = pytest.mark.django_db

LOCKS = "/api/v1/locks/"
PAIN = "01-001/visits/BL/forms/pain/"
VISIT = {"scope": "visit", "participant": "01-001", "visit": "BL", "reason": "end of the study"}


@pytest.fixture
def saved(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    return participant


def ask(user: User, address: str, body: dict[str, Any]) -> Any:
    return client(user).post(address, body)


@pytest.mark.requirement("E6.13")
def test_a_lock_is_put_on_with_what_is_open_and_taken_off_by_two(cast: Cast, saved: Participant) -> None:
    by, second = cast.data_manager, second_data_manager(cast)
    told = problem(ask(by, LOCKS, {**VISIT, "kind": "locked"}), 409, "lock_open_points")
    assert told["open"]["forms not begun"] > 0
    put_on = ask(by, LOCKS, {**VISIT, "kind": "locked", "seen": told["seen"]})
    lock = put_on.json()
    assert (put_on.status_code, lock["scope"], lock["visit"], lock["form"]) == (201, "visit", "BL", None)
    assert lock["report"]["counts"] == told["open"]
    body = journey.body(answers.pain(6), reason="Misheard")
    problem(change(cast.investigator, PAIN, body, 1), 409, "data_locked")
    problem(post(cast.monitor, f"{PAIN}queries/", {"item": "nrs_avg24", "text": "So?"}), 409, "data_locked")
    away = {"occurred": True, "date": saved.site.today().isoformat(), "contact_mode": "IN PERSON"}
    away["reason"] = "Misread"
    problem(put(cast.investigator, "01-001/visits/BL/", away, **{"If-Match": '"1"'}), 409, "data_locked")
    one = f"{LOCKS}{lock['number']}/"
    problem(ask(by, one, {"move": "release", "reason": "x"}), 409, "unlock_by_two")
    asked = ask(by, one, {"move": "request", "reason": "a late report"}).json()
    assert asked["unlock_requested_by"] == by.full_name
    problem(ask(by, one, {"move": "approve", "reason": "yes"}), 409, "unlock_second_person")
    off = ask(second, one, {"move": "approve", "reason": "seen"}).json()
    assert off["released_by"] == second.full_name
    assert change(cast.investigator, PAIN, body, 1).status_code == 200
    assert [each["number"] for each in client(by).get(LOCKS).json()["results"]] == [lock["number"]]


def test_a_proposed_question_is_told_to_who_may_know_of_it(cast: Cast, saved: Participant) -> None:
    proposed = {"item": "nrs_avg24", "text": "Unblinded?"}
    assert post(cast.statistician, f"{PAIN}queries/", proposed).json()["state"] == "candidate"
    lock = put_on(cast, of_participant(saved)).pk
    knowing = (cast.monitor, cast.auditor, cast.statistician)
    for reader in (*knowing, cast.investigator, cast.coordinator):
        known = int(reader in knowing)
        report = client(reader).get(f"{LOCKS}{lock}/").json()["report"]
        assert report["counts"].get("questions proposed", 0) == known
        assert [point["item"] for point in report["points"] if point["item"]] == ["nrs_avg24"] * known
        assert "questions open" not in report["counts"]
        assert len(report["points"]) == sum(report["counts"].values())
        browser = Browser()
        browser.force_login(reader)
        page = browser.get(f"/locks/{lock}/").content.decode()
        assert ("Questions proposed" in page) == bool(known)
        assert "At sites that are not yours" not in page
        file = browser.get(f"/locks/{lock}/report.csv").content.decode()
        assert ("nrs_avg24" in file) == bool(known)
        paper = words(browser.get(f"/locks/{lock}/report.pdf").content)
        assert ("questionsproposed" in paper.lower()) == bool(known)


def test_a_freeze_is_released_by_one(cast: Cast, saved: Participant) -> None:
    frozen = ask(cast.data_manager, LOCKS, {**VISIT, "scope": "form", "form": "pain", "kind": "frozen"})
    assert (frozen.status_code, frozen.json()["report"]) == (201, None)
    one = f"{LOCKS}{frozen.json()['number']}/"
    assert ask(cast.data_manager, one, {"move": "release", "reason": "done"}).json()["released_at"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "sealed"}, 400, "malformed"),
        ({"kind": "frozen", "scope": "country"}, 400, "malformed"),
        ({"kind": "frozen", "reason": " "}, 422, "lock_reason"),
        ({"kind": "frozen", "reason": "x" * 301}, 422, "answers"),
        ({"kind": "frozen", "visit": "W12"}, 404, "not_found"),
        ({"kind": "frozen", "participant": "02-001"}, 404, "not_found"),
        ({"kind": "frozen", "scope": "form", "form": "pain", "repeat": "1"}, 400, "malformed"),
        ({"kind": "frozen", "who": "me"}, 400, "malformed"),
    ],
)
def test_what_is_wrong_with_it_is_said(
    cast: Cast, saved: Participant, body: dict[str, Any], status: int, code: str
) -> None:
    journey.added_south(cast)
    problem(ask(cast.data_manager, LOCKS, {**VISIT, **body}), status, code)


def test_a_lock_of_another_site_is_unknown(cast: Cast) -> None:
    journey.added_south(cast)
    second = second_data_manager(cast)
    south = {"kind": "frozen", "scope": "participant", "participant": "02-001", "reason": "x"}
    number = ask(second, LOCKS, south).json()["number"]
    problem(client(cast.data_manager).get(f"{LOCKS}{number}/"), 404, "not_found")
    assert client(cast.data_manager).get(LOCKS).json()["results"] == []
    problem(client(second).get(f"{LOCKS}{10**30}/"), 404, "not_found")
