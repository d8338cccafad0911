"""Participants over the API."""

from typing import Any

import pytest

from tests import answers, journey
from tests.cast import Cast
from tests.client import ROOT, client, create, get, headers, post, problem
from trial.access import Role
from trial.audit.context import COMMAND_LINE, attributed
from trial.models import Event, Membership, Participant, User

pytestmark = pytest.mark.django_db


def codes(user: User, **query: str) -> list[str]:
    return [each["code"] for each in get(user, **query).json()["results"]]


# Listing


def test_the_list_shows_the_participants_of_the_own_site_alone(cast: Cast) -> None:
    journey.added(cast)
    journey.added_south(cast)
    assert codes(cast.monitor) == ["01-001"]
    assert codes(cast.southern_coordinator) == ["02-001"]


def test_a_participant_is_shown_with_site_and_state(cast: Cast) -> None:
    journey.screen_failure(cast)
    (shown,) = get(cast.monitor).json()["results"]
    assert shown == {
        "code": "01-001",
        "site": "01",
        "state": "screen failure",
        "state_reason": "EXCL01 is present: Lumbar disc herniation on MRI.",
    }


@pytest.mark.parametrize("role", Role)
def test_who_may_list(cast: Cast, role: Role) -> None:
    response = get(cast.with_role(role))
    if role == Role.ADMINISTRATOR:
        problem(response, 403, "right")
    else:
        assert response.status_code == 200


def test_who_has_no_role_today_may_not_list(cast: Cast) -> None:
    for user in (cast.stranger, cast.former):
        problem(get(user), 403, "right")


def test_the_list_is_filtered_by_site_and_state(cast: Cast) -> None:
    with attributed(by=COMMAND_LINE):
        Membership.objects.create(
            user=cast.monitor, site=cast.south, role="monitor", valid_from=cast.south.activated_on
        )
    journey.eligible(cast)
    journey.added(cast)
    journey.added_south(cast)
    assert codes(cast.monitor) == ["01-001", "01-002", "02-001"]
    assert codes(cast.monitor, site="02") == ["02-001"]
    assert codes(cast.monitor, state="eligible") == ["01-001"]
    assert codes(cast.monitor, state="screening", site="01") == ["01-002"]
    assert codes(cast.investigator, site="02") == []


@pytest.mark.parametrize(
    "query", [{"site": "nul\x00"}, {"state": "nul\x00"}, {"state": "lost"}, {"state": ""}]
)
def test_a_filter_that_cannot_be_is_refused(cast: Cast, query: dict[str, str]) -> None:
    problem(get(cast.monitor, **query), 400, "malformed")


def test_the_list_comes_in_pages_of_a_hundred(cast: Cast) -> None:
    with attributed(by=COMMAND_LINE):
        Participant.objects.bulk_create(
            Participant(site=cast.north, number=number, code=f"01-{number:03}") for number in range(1, 104)
        )
    first = get(cast.monitor).json()
    assert (len(first["results"]), first["previous"]) == (100, None)
    following = client(cast.monitor).get(first["next"]).json()
    assert [each["code"] for each in following["results"]] == ["01-101", "01-102", "01-103"]


def test_a_misspelt_filter_is_named_and_nothing_is_returned(cast: Cast) -> None:
    journey.added(cast)
    told = problem(get(cast.monitor, sites="01"), 400, "parameter_unknown")
    assert told["detail"].startswith(
        "This address has no parameter “sites”, and nothing was read. Known here: "
    )
    problem(client(cast.monitor).get(f"{ROOT}01-001/?site=01"), 400, "parameter_unknown")


def test_a_filter_that_is_sent_twice_is_refused(cast: Cast) -> None:
    told = problem(client(cast.monitor).get(f"{ROOT}?site=01&site=02"), 400, "malformed")
    assert told["detail"] == "“site” is sent twice. Send it once."


def test_the_fields_of_an_answer_can_be_chosen(cast: Cast) -> None:
    journey.added(cast)
    page = get(cast.monitor, fields="state,code")
    assert page["Content-Type"] == "application/vnd.fascicle.partial+json"
    assert page.json()["results"] == [{"state": "screening", "code": "01-001"}]
    one = client(cast.monitor).get(f"{ROOT}01-001/?fields=site")
    assert one.json() == {"site": "01"}
    assert one["ETag"] != get(cast.monitor, "01-001/")["ETag"]


@pytest.mark.parametrize("fields", ["", "code,", "codes", "code, state", "results"])
def test_a_field_that_is_none_is_refused(cast: Cast, fields: str) -> None:
    told = problem(get(cast.monitor, fields=fields), 400, "field_unknown")
    assert "code, site, state, state_reason" in told["detail"]


# Adding


def test_adding_begins_screening(cast: Cast) -> None:
    response = post(cast.coordinator, "", {})
    assert response.status_code == 201
    assert response.json() == {"code": "01-001", "site": "01", "state": "screening", "state_reason": ""}
    event = Event.objects.filter(table_name="trial_participant").get()
    assert (event.route, event.actor_id) == ("api", cast.coordinator.pk)
    assert event.request_id == response["X-Request-ID"]


def test_the_site_may_be_named(cast: Cast) -> None:
    assert post(cast.coordinator, "", {"site": "01"}).status_code == 201


@pytest.mark.parametrize("site", ["02", "99", "nul\x00"])
def test_a_site_where_one_may_not_screen_is_like_one_that_is_not_there(cast: Cast, site: str) -> None:
    body = problem(post(cast.coordinator, "", {"site": site}), 400, "malformed")
    assert body["detail"] == "Give “site”, one of: 01."


def test_who_works_at_two_sites_says_which(cast: Cast) -> None:
    with attributed(by=COMMAND_LINE):
        Membership.objects.create(
            user=cast.coordinator, site=cast.south, role="coordinator", valid_from=cast.south.activated_on
        )
    assert problem(post(cast.coordinator, "", {}), 400, "malformed")["detail"] == (
        "Give “site”, one of: 01, 02."
    )
    assert post(cast.coordinator, "", {"site": "02"}).json()["code"] == "02-001"


@pytest.mark.parametrize("role", [Role.MONITOR, Role.DATA_MANAGER, Role.STATISTICIAN, Role.ADMINISTRATOR])
def test_who_may_not_screen_may_not_add(cast: Cast, role: Role) -> None:
    problem(post(cast.with_role(role), "", {}), 403, "right")
    assert not Participant.objects.exists()


@pytest.mark.parametrize("body", [{"site": 1}, {"sites": "01"}, ["01"], "01"])
def test_a_body_of_another_shape_is_refused(cast: Cast, body: Any) -> None:
    problem(post(cast.coordinator, "", body), 400, "malformed")


# Reading


def test_one_participant_is_read_by_the_code(cast: Cast) -> None:
    journey.added(cast)
    assert get(cast.monitor, "01-001/").json()["code"] == "01-001"


CONSENT = "visits/SCR/forms/consent/"
ADDRESSES = ["", "state/", "visits/", "visits/SCR/", CONSENT, CONSENT + "1/", CONSENT + "restore/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "put", "post", "delete"])
def test_the_participant_of_another_site_is_to_the_byte_like_none(
    cast: Cast, address: str, method: str
) -> None:
    journey.added(cast)
    journey.added_south(cast)
    api = client(cast.investigator)
    call = getattr(api, method)
    condition = {"If-Match": '"1"'} if method != "get" else {}
    other = call(f"/api/v1/participants/02-001/{address}", headers=condition)
    none = call(f"/api/v1/participants/02-999/{address}", headers=condition)
    assert (other.status_code, other.content) == (none.status_code, none.content)
    assert other.status_code in (404, 405)
    assert headers(other) == headers(none)


@pytest.mark.parametrize("code", ["x", "01-001%0A", "%FF", "0" * 500, "01%2D001%20"])
def test_a_code_that_cannot_be_is_not_found(cast: Cast, code: str) -> None:
    journey.added(cast)
    problem(client(cast.monitor).get(f"/api/v1/participants/{code}/"), 404, "not_found")


# Moving


def test_an_eligible_participant_is_enrolled(cast: Cast) -> None:
    journey.eligible(cast)
    response = post(cast.investigator, "01-001/state/", {"state": "enrolled"})
    assert (response.status_code, response.json()["state"]) == (200, "enrolled")


def test_the_ends_follow_from_their_forms(cast: Cast) -> None:
    completed, withdrawn = journey.injected(cast), journey.injected(cast)
    today = completed.site.today()
    missed = {"occurred": False, "reason_not_done": "Did not come"}
    assert create(cast.investigator, "01-001/visits/W12/", missed).status_code == 201
    for code, form, submission in (
        (completed.code, "study_end", answers.study_end(today)),
        (withdrawn.code, "withdrawal", answers.withdrawal(today)),
    ):
        where = f"{code}/logs/{form}/"
        assert post(cast.investigator, where, journey.body(submission)).status_code == 201
    assert journey.again(completed).state == "completed"
    left = journey.again(withdrawn)
    assert (left.state, left.state_reason) == ("withdrawn", "Withdrawal by the participant")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"state": "enrolled"}, 409, "not_eligible"),
        ({"state": "completed"}, 400, "malformed"),
        ({"state": "withdrawn"}, 400, "malformed"),
        ({"state": "treated"}, 400, "malformed"),
        ({"state": 1}, 400, "malformed"),
        ({}, 400, "malformed"),
    ],
    ids=str,
)
def test_a_move_that_cannot_be_is_refused(cast: Cast, body: dict[str, Any], status: int, code: str) -> None:
    journey.consented(cast)
    problem(post(cast.investigator, "01-001/state/", body), status, code)


def test_who_may_not_enrol_is_refused(cast: Cast) -> None:
    journey.eligible(cast)
    for user in (cast.coordinator, cast.monitor, cast.data_manager, cast.statistician):
        problem(post(user, "01-001/state/", {"state": "enrolled"}), 403, "right")
    problem(post(cast.administrator, "01-001/state/", {"state": "enrolled"}), 404, "not_found")
