"""The study and its forms as the API tells them."""

import pytest

from tests.cast import Cast
from tests.client import client, problem
from trial.crf import registry
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db


def test_the_study_is_told_as_it_is_declared(cast: Cast) -> None:
    told = client(cast.monitor).get("/api/v1/study/").json()
    assert (told["code"], told["protocol_version"]) == (STUDY.code, STUDY.protocol_version)
    assert [visit["visit"] for visit in told["visits"]] == [visit.code for visit in STUDY.schedule.planned]
    assert {log["form"] for log in told["logs"]} == {log.form for log in STUDY.schedule.logs}
    assert told["outcomes"] == list(STUDY.outcomes)


def test_each_form_says_where_it_stands(cast: Cast) -> None:
    asks = client(cast.monitor)
    told = asks.get("/api/v1/forms/").json()["results"]
    assert [each["form"] for each in told] == list(registry.codes())
    pain = asks.get("/api/v1/forms/pain/").json()
    assert pain in told
    assert "BL" in pain["visits"]
    assert asks.get("/api/v1/forms/adverse_event/").json()["log"]["repeats"] is True
    problem(asks.get("/api/v1/forms/nothing/"), 404, "not_found")
