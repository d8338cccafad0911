"""Due visits over the API."""

from typing import Any

import pytest

from tests import journey
from tests.cast import Cast
from tests.client import client
from trial.models import User

pytestmark = pytest.mark.django_db


def due(user: User, **query: str) -> Any:
    return client(user).get("/api/v1/due/", query)


def test_due_visits_come_with_their_windows_and_the_last_contact(cast: Cast) -> None:
    participant = journey.added(cast)
    (visit,) = due(cast.monitor).json()["results"]
    assert visit == {
        "participant": participant.code,
        "site": "01",
        "visit": "SCR",
        "label": "Screening",
        "status": "due",
        "window": None,
        "days_left": None,
        "last_contact": None,
    }


def test_what_is_overdue_comes_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(journey.AGO, "SCR", 130)
    monkeypatch.setitem(journey.AGO, "INJ", 100)
    journey.added(cast)
    participant = journey.injected(cast)
    first, second = due(cast.monitor).json()["results"]
    assert (first["participant"], first["visit"], first["status"]) == (participant.code, "W12", "overdue")
    assert first["days_left"] == -9
    contact = {"date": journey.day_of(participant, "INJ").isoformat(), "contact_mode": "IN PERSON"}
    assert first["last_contact"] == contact
    assert second["status"] == "due"


def test_the_list_can_be_of_one_site_and_never_of_another_ones(cast: Cast) -> None:
    journey.added(cast)
    journey.added_south(cast)
    assert {visit["site"] for visit in due(cast.monitor).json()["results"]} == {"01"}
    assert due(cast.monitor, site="02").json()["results"] == []


def test_who_sees_no_data_sees_no_visits(cast: Cast) -> None:
    assert due(cast.administrator).status_code == 403
