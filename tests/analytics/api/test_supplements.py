from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.models import Run, Supplement
from analytics.models.supplement import FAILED, READY, RUNNING, WAITING
from analytics.services import supplements
from analytics.services.refit import refit
from analytics.supplements import PARTS
from tests.analytics import measured
from tests.analytics.brief import brief_supplements, calculate_beside
from tests.cast import Cast
from trial.models import User
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]


@pytest.fixture(autouse=True)
def less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    brief_supplements(monkeypatch)


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.investigator)
    return client


def fitted() -> Run:
    run = refit("pain")
    assert run is not None
    return run


def calculated(cast: Cast) -> None:
    measured.pain(cast)
    fitted()
    calculate_beside("pain")


def told(client: Client, part: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/analyses/pain/supplements/{part}/")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def as_of(client: Client, person: User, part: str) -> dict[str, Any]:
    client.force_login(person)
    return told(client, part)


@pytest.mark.parametrize("part", PARTS)
def test_the_content_is_what_was_calculated_to_the_last_digit(cast: Cast, client: Client, part: str) -> None:
    calculated(cast)
    body = told(client, part)
    stored = Supplement.objects.get(part=part)
    assert body["content"] == stored.content
    assert (body["part"], body["state"], body["is_earlier"], body["problem"]) == (part, READY, False, "")
    assert body["done"] == body["total"] == stored.total
    assert body["calculated"]["position"] == str(stored.position)
    assert body["calculated"]["data_hash"] == Run.objects.latest("pk").data_hash
    assert body["calculated"]["spec"] == stored.spec
    assert body["calculated"]["code_version"] == stored.code_version


@pytest.mark.parametrize("part", PARTS)
def test_before_there_are_data_there_is_nothing(client: Client, part: str) -> None:
    body = told(client, part)
    assert (body["state"], body["content"], body["calculated"], body["total"]) == (None, None, None, None)


def test_the_list_tells_how_far_each_part_has_come(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    run = fitted()
    supplements.ask(PAIN, run.data_hash, run.position, ["planning", "influence"])
    planning = Supplement.objects.get(part="planning")
    first, *others = supplements.begin(planning.pk)
    supplements.calculate(planning.pk, first)
    rows = {row["part"]: row for row in client.get("/api/v1/analyses/pain/supplements/").json()["results"]}
    assert list(rows) == list(PARTS)
    assert {part: row["state"] for part, row in rows.items()} == {
        "sensitivity": None,
        "diagnostics": None,
        "influence": WAITING,
        "planning": RUNNING,
    }
    assert (rows["planning"]["done"], rows["planning"]["total"]) == (1, 1 + len(others))


def test_what_is_of_earlier_data_is_said_to_be(cast: Cast, client: Client) -> None:
    people = measured.pain(cast)
    fitted()
    calculate_beside("pain")
    before = told(client, "influence")
    measured.correct_pain(cast, people[0], 4)
    fitted()
    after = told(client, "influence")
    assert (after["is_earlier"], after["state"]) == (True, None)
    assert after["content"] == before["content"]
    calculate_beside("pain")
    now = told(client, "influence")
    assert now["is_earlier"] is False
    assert now["content"] != before["content"]


def test_a_failure_says_why(cast: Cast, client: Client) -> None:
    measured.baseline_pain(cast, 7)
    fitted()
    calculate_beside("pain")
    body = told(client, "sensitivity")
    assert (body["state"], body["content"]) == (FAILED, None)
    assert body["problem"].endswith(".")


def test_participants_of_another_site_are_neither_named_nor_valued(cast: Cast, client: Client) -> None:
    calculated(cast)
    ours = told(client, "diagnostics")["content"]["residuals"]
    theirs = as_of(client, cast.southern_investigator, "diagnostics")["content"]["residuals"]
    assert all(row["participant"] and row["value"] is not None for row in ours)
    assert [{**row, "participant": None, "value": None} for row in ours] == theirs
    moved = told(client, "influence")["content"]["participants"]
    assert {row["participant"] for row in moved} == {None}
    assert all(row["cook"] is not None for row in moved)


def test_what_is_not_declared_is_not_there(client: Client) -> None:
    for path in ("nothing/supplements/", "nothing/supplements/influence/", "pain/supplements/nothing/"):
        assert client.get(f"/api/v1/analyses/{path}").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_as_many_queries_for_many_participants_as_for_few(cast: Cast, client: Client, part: str) -> None:
    measured.pain(cast, measured.PAIN[:5])
    fitted()
    calculate_beside("pain")
    told(client, part)
    with CaptureQueriesContext(connection) as few:
        told(client, part)
    measured.pain(cast, measured.PAIN)
    fitted()
    calculate_beside("pain")
    with CaptureQueriesContext(connection) as many:
        told(client, part)
    assert len(many) == len(few)
