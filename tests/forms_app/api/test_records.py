"""Filled forms over the API: the same rules as on the screen."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import answers, journey
from tests.cast import Cast
from tests.client import ROOT, change, client, create, delete, get, post, problem, put
from trial.models import Event, Pain, Participant, Record
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db

PAIN = "01-001/visits/BL/forms/pain/"
BODY = {"items": {"nrs_avg24": 7}}


@pytest.fixture
def participant(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


@pytest.fixture
def saved(cast: Cast, participant: Participant) -> Participant:
    """With pain 7 at baseline, complete, version 1."""
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    return participant


# Logs


def test_the_list_of_a_log_costs_the_same_for_one_entry_and_for_many(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    participant = journey.injected(cast)
    address = f"{participant.code}/logs/adverse_event/"
    day = journey.day_of(participant, "INJ")

    def add(entries: int) -> None:
        for _ in range(entries):
            journey.log(cast.investigator, participant, "adverse_event", answers.adverse_event(day))

    add(1)
    with CaptureQueriesContext(connection) as captured:
        assert len(get(cast.monitor, address).json()["results"]) == 1
    add(4)
    with django_assert_num_queries(len(captured)):
        listed = get(cast.monitor, address).json()["results"]
    assert [entry["repeat"] for entry in listed] == [1, 2, 3, 4, 5]


# Saving and reading


def test_a_form_is_created_and_read(cast: Cast, participant: Participant) -> None:
    response = create(cast.coordinator, PAIN, BODY)
    assert (response.status_code, response["ETag"]) == (201, '"1"')
    assert response.json() == {
        "form": "pain",
        "repeat": 1,
        "state": "complete",
        "version": 1,
        "derived": {},
        "unanswered": [],
        "queries": [],
        "settled": [],
    }
    read = get(cast.monitor, PAIN)
    assert (read.status_code, read["ETag"][:3]) == (200, '"1.')
    assert read.json() == {
        "form": "pain",
        "repeat": 1,
        "state": "complete",
        "version": 1,
        "protocol_version": STUDY.protocol_version,
        "removed": False,
        "items": {**dict.fromkeys(item.name for item in Pain.items()), "nrs_avg24": 7},
        "missing": {},
        "groups": {},
        "queries": [],
        "comments": {},
        "computed": [],
        "evidence": {},
        "signatures": [],
    }


@pytest.mark.parametrize("repeat", ["1/", "2/", "1/restore/"])
def test_a_form_of_a_visit_has_one_address(cast: Cast, saved: Participant, repeat: str) -> None:
    problem(get(cast.monitor, PAIN + repeat), 404, "not_found")


def test_every_event_of_a_request_can_be_traced_to_it(cast: Cast, participant: Participant) -> None:
    response = create(cast.coordinator, PAIN, BODY)
    events = Event.objects.filter(request_id=response["X-Request-ID"])
    assert {(event.table_name, event.route, event.actor_id) for event in events} == {
        ("trial_record", "api", cast.coordinator.pk),
        ("trial_pain", "api", cast.coordinator.pk),
    }


def test_derived_items_come_back_and_may_be_sent_along(cast: Cast, participant: Participant) -> None:
    address = "01-001/visits/BL/forms/motion/"
    response = create(cast.coordinator, address, journey.body(answers.motion(20, 21, "22.5")))
    assert response.json()["derived"] == {"rom_mean": 21.2}
    read = get(cast.coordinator, address).json()
    again = {name: read[name] for name in ("items", "missing", "groups")}
    assert change(cast.coordinator, address, again, 1).json()["version"] == 1


def test_an_injection_with_its_rows_is_saved_and_read(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    form = answers.injection(journey.day_of(participant, "INJ"))
    address = "01-001/visits/INJ/forms/injection/"
    assert create(cast.coordinator, address, journey.body(form)).json()["state"] == "complete"
    groups = get(cast.monitor, address).json()["groups"]
    assert groups["drug"]["1"]["items"]["ecdose"] == 25.0
    assert set(groups["side"]) == {"LEFT", "RIGHT"}
    assert len(groups["complication"]) == 16
    assert journey.again(participant).state == "treated"


def test_what_keeps_a_record_from_being_complete_is_told(cast: Cast, participant: Participant) -> None:
    response = create(cast.coordinator, PAIN, {"items": {"nrs_worst24": 3, "nrs_least24": 4}})
    told = response.json()
    assert (response.status_code, told["state"], told["unanswered"]) == (201, "in progress", ["nrs_avg24"])
    (asked,) = told["queries"]
    assert {name: asked[name] for name in ("check", "item", "sentence", "state", "explanation")} == {
        "check": "nrs_worst24.worst_below_least",
        "item": "nrs_worst24",
        "sentence": "The worst pain, 3, is below the least pain, 4.",
        "state": "open",
        "explanation": "",
    }
    assert (asked["raised_by"], asked["assigned_to"], asked["days_open"]) == (None, None, 0)


def test_a_question_that_closes_by_itself_is_told(cast: Cast, participant: Participant) -> None:
    create(cast.coordinator, PAIN, {"items": {"nrs_worst24": 3, "nrs_least24": 4}})
    told = change(cast.coordinator, PAIN, {"items": {"nrs_worst24": 5, "nrs_least24": 4}}, 1).json()
    assert told["queries"] == []
    assert [(each["check"], each["state"]) for each in told["settled"]] == [
        ("nrs_worst24.worst_below_least", "closed")
    ]


def test_an_explanation_and_a_missing_code_make_it_complete(cast: Cast, participant: Participant) -> None:
    sent = {
        "items": {"nrs_worst24": 3, "nrs_least24": 4},
        "missing": {"nrs_avg24": "UNK"},
        "explanations": {"nrs_worst24.worst_below_least": "Insists"},
    }
    assert create(cast.coordinator, PAIN, sent).json()["state"] == "complete"


def test_what_is_absent_is_empty(cast: Cast, participant: Participant) -> None:
    create(cast.coordinator, PAIN, {"items": {"nrs_avg24": 7, "nrs_now": 4}})
    change(cast.coordinator, PAIN, {**BODY, "reason": "Now was not asked"}, 1)
    assert Pain.objects.get().nrs_now is None
    assert create(cast.coordinator, "01-001/visits/BL/forms/disability/", {}).status_code == 201


# Preconditions


def test_a_put_says_what_it_means(cast: Cast, saved: Participant) -> None:
    problem(put(cast.coordinator, PAIN, BODY), 428, "version_missing")
    told = problem(create(cast.coordinator, PAIN, BODY), 412, "exists")
    assert (told["current"]["items"]["nrs_avg24"], told["sent"]) == (7, BODY)
    problem(change(cast.coordinator, PAIN, BODY, 2), 412, "version_stale")


def test_of_two_changes_the_second_gets_both_versions(cast: Cast, saved: Participant) -> None:
    first, second = ({"items": {"nrs_avg24": value}, "reason": "Misread"} for value in (5, 6))
    assert change(cast.coordinator, PAIN, first, 1)["ETag"] == '"2"'
    told = problem(change(cast.investigator, PAIN, second, 1), 412, "version_stale")
    assert (told["current"]["version"], told["current"]["items"]["nrs_avg24"]) == (2, 5)
    assert told["sent"] == second
    assert Pain.objects.get().nrs_avg24 == 5


def test_a_change_of_what_is_not_there_is_stale(cast: Cast, participant: Participant) -> None:
    assert problem(change(cast.coordinator, PAIN, BODY, 1), 412, "version_stale")["current"] is None


def test_a_change_of_a_complete_form_needs_a_reason(cast: Cast, saved: Participant) -> None:
    sent = {"items": {"nrs_avg24": 5}}
    problem(change(cast.coordinator, PAIN, sent, 1), 422, "reason_missing")
    problem(change(cast.coordinator, PAIN, {**sent, "reason": " "}, 1), 422, "reason_missing")
    assert change(cast.coordinator, PAIN, {**sent, "reason": "Misread"}, 1).status_code == 200


# Refusals


def test_each_wrong_answer_is_told_at_its_path(cast: Cast, participant: Participant) -> None:
    sent = {"items": {"nrs_avg24": 11, "nrs_now": "x", "typo": 1}, "groups": {"side": {"LEFT": {}}}}
    told = problem(create(cast.coordinator, PAIN, sent), 422, "answers")
    assert told["errors"] == {
        "nrs_avg24": "Enter a value between 0 and 10; 11 is not possible.",
        "nrs_now": "Enter a number; “x” is none.",
        "typo": "The form has no item “typo”.",
        "side": "The form “Pain intensity” has no group “side”.",
    }
    assert not Record.objects.filter(form="pain").exists()


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ([], 400, "malformed"),
        ("x", 400, "malformed"),
        ({"item": {}}, 400, "malformed"),
        ({"items": []}, 400, "malformed"),
        ({"items": 1}, 400, "malformed"),
        ({"missing": "ND"}, 400, "malformed"),
        ({"groups": []}, 400, "malformed"),
        ({"groups": {"drug": []}}, 400, "malformed"),
        ({"groups": {"drug": {"1": 1}}}, 400, "malformed"),
        ({"groups": {"drug": {"1": {"values": {}}}}}, 400, "malformed"),
        ({"groups": {"drug": {"1": {"items": []}}}}, 400, "malformed"),
        ({"explanations": []}, 400, "malformed"),
        ({"explanations": {"a.b": 1}}, 400, "malformed"),
        ({"explanations": {"a.b": ["x"]}}, 400, "malformed"),
        ({"reason": 1}, 400, "malformed"),
        ({"reason": "x" * 301}, 422, "answers"),
        ({"reason": "nul\x00"}, 422, "answers"),
        ({"explanations": {"a.b": "x" * 301}}, 422, "answers"),
        ({"explanations": {"a.b": "nul\x00"}}, 422, "answers"),
        ({"items": {"nrs_avg24": "half \ud800"}}, 400, "malformed"),
        ({"items": {"nrs_avg24": True}}, 422, "answers"),
        ({"items": {"nrs_avg24": [7]}}, 422, "answers"),
        ({"items": {"nrs_avg24": {"value": 7}}}, 422, "answers"),
        ({"items": {"nrs_avg24": 1e300}}, 422, "answers"),
        ({"missing": {"nrs_avg24": -99}}, 422, "answers"),
        ({"items": {"nul\x00": 1}}, 422, "answers"),
    ],
    ids=ascii,
)
def test_a_body_that_cannot_be_stored_is_refused_with_nothing_written(
    cast: Cast, participant: Participant, sent: Any, status: int, code: str
) -> None:
    before = Event.objects.count()
    response = client(cast.coordinator).put(
        ROOT + PAIN,
        json.dumps(sent).encode(),
        content_type="application/json",
        headers={"If-None-Match": "*"},
    )
    problem(response, status, code)
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("01-001/visits/BL/forms/consent/", "form_unknown"),
        ("01-001/visits/BL/forms/nothing/", "form_unknown"),
        ("01-001/visits/W4/forms/pain/", "visit_unknown"),
    ],
)
def test_a_form_that_is_not_there_is_not_found(
    cast: Cast, participant: Participant, address: str, code: str
) -> None:
    problem(create(cast.coordinator, address, BODY), 404, code)
    assert get(cast.coordinator, address).status_code == 404


def test_a_form_that_was_not_filled_is_not_found(cast: Cast, participant: Participant) -> None:
    problem(get(cast.coordinator, PAIN), 404, "not_found")


def test_a_form_of_a_visit_that_is_not_recorded_or_not_open_is_refused(cast: Cast) -> None:
    journey.eligible(cast)
    problem(create(cast.coordinator, PAIN, BODY), 409, "visit_not_recorded")
    problem(create(cast.coordinator, "01-001/visits/W1/forms/pain/", BODY), 409, "visit_closed")


def test_who_may_only_see_may_not_save(cast: Cast, saved: Participant) -> None:
    for user in (cast.monitor, cast.data_manager, cast.statistician):
        assert get(user, PAIN).status_code == 200
        problem(change(user, PAIN, BODY, 1), 403, "right")
        problem(delete(user, PAIN, {"reason": "x"}, **{"If-Match": "1"}), 403, "right")


def test_who_may_not_see_finds_nothing(cast: Cast, saved: Participant) -> None:
    for user in (cast.administrator, cast.southern_investigator, cast.stranger, cast.former):
        problem(get(user, PAIN), 404, "not_found")
        problem(change(user, PAIN, BODY, 1), 404, "not_found")


# Removing


def test_a_form_is_removed_and_restored(cast: Cast, saved: Participant) -> None:
    response = delete(cast.coordinator, PAIN, {"reason": "Another participant"}, **{"If-Match": '"1"'})
    assert (response.status_code, response.json()["removed"], response["ETag"]) == (200, True, '"2"')
    problem(change(cast.coordinator, PAIN, BODY, 2), 409, "record_removed")
    response = post(cast.coordinator, PAIN + "restore/", {"reason": "The right one"}, **{"If-Match": '"2"'})
    assert (response.status_code, response.json()["removed"], response["ETag"]) == (200, False, '"3"')


def test_removing_says_the_version_and_the_reason(cast: Cast, saved: Participant) -> None:
    reason = {"reason": "x"}
    problem(delete(cast.coordinator, PAIN, reason), 428, "version_missing")
    problem(delete(cast.coordinator, PAIN, reason, **{"If-None-Match": "*"}), 428, "version_missing")
    problem(delete(cast.coordinator, PAIN, {}, **{"If-Match": "1"}), 422, "reason_missing")
    problem(delete(cast.coordinator, PAIN, reason, **{"If-Match": "2"}), 412, "version_stale")
    restore = PAIN + "restore/"
    problem(post(cast.coordinator, restore, reason, **{"If-Match": "1"}), 409, "record_not_removed")
