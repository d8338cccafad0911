"""Many forms in one call: each row is judged like a PUT, and tells what became of it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from forms_app.models import Query
from tests import answers, journey
from tests.cast import Cast
from tests.client import client, problem
from trial.models import IdempotencyKey, Participant, Record, User
from trial.services import tokens

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/records/bulk/"


def row(participant: Participant | str, visit: str, average: Any, **more: Any) -> dict[str, Any]:
    code = participant if isinstance(participant, str) else participant.code
    body = journey.body(answers.pain(average))
    return {"participant": code, "visit": visit, "form": "pain", **body, **more}


def send(user: User, *rows: Any, **more: Any) -> Any:
    return client(user).post(ADDRESS, {"records": list(rows), **more})


def results(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 207, answer.json()
    told: list[dict[str, Any]] = answer.json()["results"]
    return told


def at_week_2(cast: Cast) -> Participant:
    participant = journey.with_outcomes(cast)
    journey.attend(cast.investigator, participant, "W2")
    return participant


def test_each_row_is_saved_as_a_put_would(cast: Cast) -> None:
    one, two = at_week_2(cast), at_week_2(cast)
    answer = send(
        cast.investigator,
        row(one, "W2", 3),
        row(two, "BL", 8, version=1, reason="read again"),
        {"participant": one.code, "form": "medication", **journey.body(answers.medication(one.site.today()))},
    )
    told = results(answer)
    assert [result["status"] for result in told] == [201, 200, 201]
    assert [(result["record"]["form"], result["record"]["version"]) for result in told] == [
        ("pain", 1),
        ("pain", 2),
        ("medication", told[2]["record"]["version"]),
    ]
    assert (answer.json()["saved"], answer.json()["refused"]) == (3, 0)
    by_put = client(cast.investigator).get(f"/api/v1/participants/{two.code}/visits/BL/forms/pain/").json()
    assert (by_put["items"]["nrs_avg24"], by_put["version"]) == (8, 2)


def test_a_refused_row_tells_its_problem_and_keeps_no_other_from_being_saved(cast: Cast) -> None:
    participant = at_week_2(cast)
    told = results(
        send(
            cast.investigator,
            row(participant, "W2", 11),
            row(participant, "W2", 4),
            row(participant, "W2", 5),
            row(participant, "BL", 8, version=7, reason="read again"),
            row(participant, "BL", 8, version=1),
            row(participant, "W12", 8),
            row("01-999", "BL", 8),
        )
    )
    assert [result["status"] for result in told] == [422, 201, 412, 412, 422, 409, 404]
    codes = [result["problem"]["code"] for result in told if "problem" in result]
    assert codes == [
        "answers",
        "exists",
        "version_stale",
        "reason_missing",
        "visit_not_recorded",
        "not_found",
    ]
    assert "nrs_avg24" in told[0]["problem"]["errors"]
    assert told[3]["problem"]["current"]["version"] == 1
    assert Record.objects.filter(visit__code="W2", form="pain").count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        None,
        3,
        "row",
        [],
        {},
        {"participant": 7},
        {"participant": "\x00"},
        {"x": 1},
        {"version": "1"},
        {"version": True},
        {"version": -1},
        {"version": 10**12},
        {"repeat": 0},
        {"repeat": 1.5},
        {"visit": 3},
        {"visit": "\x00"},
        {"form": None},
        {"form": "\x00"},
        {"items": []},
        {"missing": {"nrs_avg24": 3}},
        {"explanations": {"a": 1}},
        {"groups": {"side": 1}},
    ],
)
def test_a_row_in_no_shape_is_refused_by_itself(cast: Cast, broken: Any) -> None:
    participant = at_week_2(cast)
    sent = {**row(participant, "BL", 3), **broken} if isinstance(broken, dict) and broken else broken
    told = results(send(cast.investigator, sent, row(participant, "W2", 4)))
    assert 400 <= told[0]["status"] < 500
    assert told[1]["status"] == 201


def test_all_or_none_takes_back_what_was_saved_before_the_refusal(cast: Cast) -> None:
    participant = at_week_2(cast)
    before = Record.objects.count(), Query.objects.count()
    answer = send(
        cast.investigator,
        row(participant, "W2", 3),
        row(participant, "BL", 11, version=1, reason="read again"),
        atomic=True,
    )
    said = problem(answer, 422, "bulk_refused")
    assert [result["status"] for result in said["results"]] == [424, 422]
    assert [result["problem"]["code"] for result in said["results"]] == ["bulk_undone", "answers"]
    assert (Record.objects.count(), Query.objects.count()) == before


def test_all_or_none_saves_all(cast: Cast) -> None:
    participant = at_week_2(cast)
    rows = [row(participant, "W2", 3), row(participant, "BL", 8, version=1, reason="read again")]
    assert [result["status"] for result in results(send(cast.investigator, *rows, atomic=True))] == [201, 200]


def test_participants_of_another_site_are_as_good_as_unknown(cast: Cast) -> None:
    participant = at_week_2(cast)
    others, unknown = results(
        send(cast.southern_investigator, row(participant, "W2", 3), row("01-999", "W2", 3))
    )
    assert others == unknown
    assert others["problem"]["code"] == "not_found"


def test_who_may_not_enter_data_may_not_enter_many(cast: Cast) -> None:
    participant = at_week_2(cast)
    for user in (cast.monitor, cast.data_manager, cast.auditor, cast.stranger, cast.former):
        problem(send(user, row(participant, "W2", 3)), 403, "right")
    assert not Record.objects.filter(visit__code="W2", form="pain").exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"records": []}, {"records": {}}, {"records": [{}] * 201}, {"records": [{}], "atomic": "yes"}, []],
)
def test_a_call_in_no_shape_is_refused(cast: Cast, body: Any) -> None:
    problem(client(cast.investigator).post(ADDRESS, body), 400, "malformed")


def test_with_a_key_the_rows_are_saved_once(cast: Cast) -> None:
    participant, token = at_week_2(cast), tokens.create(by=cast.investigator)[1]
    program = APIClient(headers={"Authorization": f"Token {token}"})
    sent = {"records": [row(participant, "W2", 3), row(participant, "W2", 11)]}
    first, again = (program.post(ADDRESS, sent, headers={"Idempotency-Key": "a"}) for _ in range(2))
    assert [result["status"] for result in results(first)] == [201, 412]
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert IdempotencyKey.objects.count() == 1


def test_a_row_more_costs_no_more_than_a_put(cast: Cast) -> None:
    participants = [at_week_2(cast) for _ in range(5)]
    token = tokens.create(by=cast.investigator)[1]
    program = APIClient(headers={"Authorization": f"Token {token}"})

    def cost(average: int, version: int, rows: list[Participant]) -> int:
        body = [row(each, "BL", average, version=version, reason="read again") for each in rows]
        with CaptureQueriesContext(connection) as captured:
            told = results(program.post(ADDRESS, {"records": body}))
        assert {result["status"] for result in told} == {200}
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)

    one, four = cost(8, 1, participants[:1]), cost(8, 1, participants[1:])
    each = (four - one) / 3
    assert each <= 10, (one, four)
    assert one - each <= 6, (one, four)
