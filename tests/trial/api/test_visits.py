"""Visits over the API."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests import journey
from tests.cast import Cast
from tests.client import ROOT, change, client, create, get, problem, put
from trial.audit.context import attributed
from trial.models import Event, Participant, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def injected(cast: Cast) -> Participant:
    return journey.injected(cast)


def body(participant: Participant, visit: str, **changes: Any) -> dict[str, Any]:
    return {"date": journey.day_of(participant, visit).isoformat(), "contact_mode": "IN PERSON", **changes}


def test_the_list_shows_every_visit_in_the_order_of_the_schedule(cast: Cast, injected: Participant) -> None:
    journey.attend(cast.investigator, injected, "U1")
    visits = get(cast.monitor, "01-001/visits/").json()["results"]
    assert [visit["visit"] for visit in visits] == ["SCR", "BL", "INJ", "W1", "W2", "W12", "U1"]
    assert [visit["version"] for visit in visits] == [1, None, 1, None, None, None, 1]


def test_a_visit_that_is_switched_off_later_is_still_read(cast: Cast, injected: Participant) -> None:
    with attributed(by=cast.investigator):
        Visit.objects.create(participant=injected, code="W4", occurred="N", reason_not_done="Did not come")
    listed = {visit["visit"]: visit for visit in get(cast.monitor, "01-001/visits/").json()["results"]}
    assert list(listed) == ["SCR", "BL", "INJ", "W1", "W2", "W4", "W12"]
    assert get(cast.monitor, "01-001/visits/W4/").json() == listed["W4"]
    assert (listed["W4"]["label"], listed["W4"]["version"]) == ("Week 4", 1)


def test_a_visit_has_its_window_before_it_is_recorded(cast: Cast, injected: Participant) -> None:
    response = get(cast.monitor, "01-001/visits/W1/")
    shown = response.json()
    assert (shown["occurred"], shown["date"], shown["version"]) == (None, None, None)
    assert shown["window"]["target"] == journey.day_of(injected, "W1").isoformat()
    assert "." not in response["ETag"]


def test_before_the_injection_there_is_no_window(cast: Cast) -> None:
    journey.added(cast)
    assert get(cast.monitor, "01-001/visits/W1/").json()["window"] is None


def test_a_visit_is_recorded_and_read_with_its_version(cast: Cast, injected: Participant) -> None:
    response = create(cast.coordinator, "01-001/visits/W1/", body(injected, "W1"))
    assert (response.status_code, response["ETag"]) == (201, '"1"')
    assert response.json()["occurred"] is True
    read = get(cast.monitor, "01-001/visits/W1/")
    assert (read.json(), read["ETag"][:3]) == ({**response.json(), "signatures": []}, '"1.')
    event = Event.objects.filter(table_name="trial_visit").last()
    assert event is not None
    assert (event.route, event.request_id) == ("api", response["X-Request-ID"])


def test_a_visit_that_did_not_take_place_is_recorded(cast: Cast, injected: Participant) -> None:
    said = {"occurred": False, "reason_not_done": "Did not come"}
    response = create(cast.coordinator, "01-001/visits/W1/", said)
    assert response.status_code == 201
    assert response.json()["reason_not_done"] == "Did not come"


def test_a_visit_is_corrected_with_its_version_and_a_reason(cast: Cast, injected: Participant) -> None:
    create(cast.coordinator, "01-001/visits/W1/", body(injected, "W1"))
    later = body(injected, "W1", contact_mode="TELEPHONE CALL", reason="Misread")
    response = change(cast.coordinator, "01-001/visits/W1/", later, 1)
    assert (response.status_code, response["ETag"]) == (200, '"2"')


def test_a_lost_race_gives_both_versions(cast: Cast, injected: Participant) -> None:
    sent = body(injected, "W1", contact_mode="TELEPHONE CALL", reason="Misread")
    create(cast.coordinator, "01-001/visits/W1/", body(injected, "W1"))
    told = problem(create(cast.coordinator, "01-001/visits/W1/", sent), 412, "exists")
    assert (told["current"]["contact_mode"], told["sent"]) == ("IN PERSON", sent)
    change(cast.coordinator, "01-001/visits/W1/", sent, 1)
    told = problem(change(cast.coordinator, "01-001/visits/W1/", sent, 1), 412, "version_stale")
    assert (told["current"]["version"], told["sent"]) == (2, sent)


def test_a_put_without_a_version_is_refused(cast: Cast, injected: Participant) -> None:
    problem(put(cast.coordinator, "01-001/visits/W1/", body(injected, "W1")), 428, "version_missing")


@pytest.mark.parametrize("version", ["x", "1.5", '"', "", "*", '"1", "2"', "-1", "²", '"9999999999"'])
def test_a_version_that_is_none_is_refused(cast: Cast, injected: Participant, version: str) -> None:
    response = put(cast.coordinator, "01-001/visits/W1/", body(injected, "W1"), **{"If-Match": version})
    problem(response, 400, "malformed")


@pytest.mark.parametrize("version", ["1", '"1"', 'W/"1"', ' "1" '])
def test_a_version_may_be_said_as_clients_say_it(cast: Cast, injected: Participant, version: str) -> None:
    create(cast.coordinator, "01-001/visits/W1/", body(injected, "W1"))
    same = put(cast.coordinator, "01-001/visits/W1/", body(injected, "W1"), **{"If-Match": version})
    assert (same.status_code, same["ETag"]) == (200, '"1"')


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"date": "2999-01-01"}, 422, "answers"),
        ({"date": "1999-01-01"}, 422, "answers"),
        ({"date": None}, 422, "answers"),
        ({"date": "1.2.2026"}, 400, "malformed"),
        ({"date": 20260201}, 400, "malformed"),
        ({"contact_mode": "LETTER"}, 422, "answers"),
        ({"contact_mode": 1}, 400, "malformed"),
        ({"occurred": "yes"}, 400, "malformed"),
        ({"occurred": None}, 400, "malformed"),
        ({"occurred": False, "reason_not_done": " "}, 422, "answers"),
        ({"occurred": False, "reason_not_done": "x" * 201}, 422, "answers"),
        ({"occurred": False, "reason_not_done": "nul\x00"}, 422, "answers"),
        ({"occurred": False, "reason_not_done": "half \ud800"}, 400, "malformed"),
        ({"reason": "x" * 301}, 422, "answers"),
        ({"window": {}}, 400, "malformed"),
    ],
    ids=ascii,
)
def test_what_cannot_be_recorded_is_refused(
    cast: Cast, injected: Participant, changes: dict[str, Any], status: int, code: str
) -> None:
    sent = json.dumps(body(injected, "W1", **changes))
    response = client(cast.coordinator).put(
        f"{ROOT}01-001/visits/W1/",
        sent.encode(),
        content_type="application/json",
        headers={"If-None-Match": "*"},
    )
    problem(response, status, code)
    assert not Visit.objects.filter(code="W1").exists()


def test_what_is_wrong_is_told_by_the_names_that_were_sent(cast: Cast, injected: Participant) -> None:
    sent = body(injected, "W1", date="2999-01-01", contact_mode="LETTER")
    told = problem(create(cast.coordinator, "01-001/visits/W1/", sent), 422, "answers")
    assert told["errors"].keys() == {"date", "contact_mode"}


@pytest.mark.parametrize("visit", ["W4", "X", "U0", "U1%0A"])
def test_a_visit_that_the_protocol_does_not_have_is_not_found(
    cast: Cast, injected: Participant, visit: str
) -> None:
    address = f"01-001/visits/{visit}/"
    problem(get(cast.coordinator, address), 404, "visit_unknown")
    problem(create(cast.coordinator, address, body(injected, "W1")), 404, "visit_unknown")


def test_a_visit_that_is_not_open_is_refused(cast: Cast) -> None:
    participant = journey.added(cast)
    told = problem(
        create(cast.coordinator, "01-001/visits/W1/", body(participant, "W1")), 409, "visit_closed"
    )
    assert told["detail"] == "“Week 1” opens when 01-001 is treated; the state is “screening” now."


def test_who_may_only_see_may_not_record(cast: Cast, injected: Participant) -> None:
    for user in (cast.monitor, cast.data_manager, cast.statistician):
        problem(create(user, "01-001/visits/W1/", body(injected, "W1")), 403, "right")
    problem(create(cast.administrator, "01-001/visits/W1/", body(injected, "W1")), 404, "not_found")


def test_an_unscheduled_visit_needs_its_reason(cast: Cast, injected: Participant) -> None:
    sent = body(injected, "W2")
    told = problem(create(cast.investigator, "01-001/visits/U1/", sent), 422, "answers")
    assert told["errors"] == {"reason_unscheduled": "Say why the visit is held outside the schedule."}
    saved = create(cast.investigator, "01-001/visits/U1/", {**sent, "reason_unscheduled": "Pain came back"})
    assert saved.json()["reason_unscheduled"] == "Pain came back"
    assert get(cast.monitor, "01-001/visits/U1/").json() == {**saved.json(), "signatures": []}


def test_a_planned_visit_takes_no_reason_for_being_held(cast: Cast, injected: Participant) -> None:
    sent = body(injected, "W1", reason_unscheduled="Pain came back")
    told = problem(create(cast.investigator, "01-001/visits/W1/", sent), 422, "answers")
    assert list(told["errors"]) == ["reason_unscheduled"]


@pytest.mark.parametrize(("late", "outside"), [(-6, -4), (-2, 0), (0, 0), (2, 0), (3, 1)])
def test_a_visit_says_how_far_it_lies_outside_its_window(
    cast: Cast, injected: Participant, late: int, outside: int
) -> None:
    day = journey.day_of(injected, "W1") + timedelta(days=late)
    shown = create(cast.investigator, "01-001/visits/W1/", body(injected, "W1", date=day.isoformat())).json()
    assert shown["days_outside"] == outside
    assert get(cast.monitor, "01-001/visits/W2/").json()["days_outside"] is None
