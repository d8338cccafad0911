"""The pages of serious events: who sees them, how the clock stands, what is still to give."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from forms_app.screens.presenters.safety import clock
from forms_app.selectors.safety import Clock
from forms_app.services import records, safety
from tests import answers, journey
from tests.cast import Cast
from tests.client import client as api
from trial.models import Participant, Record

pytestmark = pytest.mark.django_db

AWARE = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)


def stands(hours: float, reported: float | None = None) -> str:
    told = None if reported is None else AWARE + timedelta(hours=reported)
    return clock(Clock(AWARE, told, AWARE + timedelta(hours=hours))).words


def test_the_clock_counts_from_the_awareness_to_24_hours() -> None:
    assert stands(0) == "24 h 00 min left"
    assert stands(0.75) == "23 h 15 min left"
    assert stands(24) == "0 h 00 min left"
    assert stands(25.5) == "1 h 30 min late"
    assert stands(100, reported=24) == "Reported in time"
    assert stands(100, reported=26) == "Reported, 2 h 00 min late"
    unknown = clock(Clock(None, None, AWARE))
    assert unknown.words == "The clock starts with the time at which the site became aware."
    assert not unknown.is_running


@pytest.fixture
def person(cast: Cast) -> Participant:
    return journey.consented(cast)


def log(cast: Cast, person: Participant, days: int = 3, **changes: Any) -> Record:
    event = answers.serious_event(person.site.today() - timedelta(days=days), **changes)
    return journey.log(cast.investigator, person, "adverse_event", event).record


def shown(client: Client, name: str, *arguments: Any) -> str:
    return client.get(reverse(name, args=arguments)).content.decode()


def test_the_list_begins_with_who_waits_longest(cast: Cast, person: Participant, client: Client) -> None:
    waiting = {"aerptdat": None, "aerpttim": None}
    log(cast, person, 5, aeterm="Reported")
    log(cast, person, 2, aeterm="Shorter", **waiting)
    log(cast, person, 3, aeterm="Longer", **waiting)
    client.force_login(cast.monitor)
    page = shown(client, "safety")
    assert page.index("Longer") < page.index("Shorter") < page.index("Reported")
    assert "Report overdue" in page


def test_what_is_not_serious_or_of_another_site_is_not_listed(
    cast: Cast, person: Participant, client: Client
) -> None:
    event = answers.adverse_event(person.site.today() - timedelta(days=3), aeterm="Mild one")
    journey.log(cast.investigator, person, "adverse_event", event)
    log(cast, person, aeterm="Serious one")
    client.force_login(cast.investigator)
    page = shown(client, "safety")
    assert ("Mild one" in page, "Serious one" in page) == (False, True)
    client.force_login(cast.southern_investigator)
    assert "Serious one" not in shown(client, "safety")
    client.force_login(cast.administrator)
    assert client.get(reverse("safety")).status_code == 403


def test_the_page_of_an_event_says_what_is_still_to_give(
    cast: Cast, person: Participant, client: Client, settings: Settings
) -> None:
    settings.SAFETY_CONTACT = ["safety@example.org"]
    log(cast, person, aenarr="Fell on the stairs.", aerptdat=None, aerpttim=None, aeout=None)
    client.force_login(cast.coordinator)
    page = shown(client, "serious", person.code, 1)
    for said in ("Fell on the stairs.", "Reported to the sponsor on", "Outcome", "waits to be sent"):
        assert said in page
    assert "Nobody is told by mail." not in page
    safety.send(alert=safety.unsent()[0])
    assert "safety@example.org" in shown(client, "serious", person.code, 1)


def test_without_a_contact_the_pages_warn(
    cast: Cast, person: Participant, client: Client, settings: Settings
) -> None:
    settings.SAFETY_CONTACT = []
    log(cast, person)
    client.force_login(cast.investigator)
    assert "Nobody is told by mail." in shown(client, "safety")
    assert "Nobody is told by mail." in shown(client, "serious", person.code, 1)


def test_an_event_that_never_was_serious_has_no_such_page(
    cast: Cast, person: Participant, client: Client
) -> None:
    event = answers.adverse_event(person.site.today() - timedelta(days=3))
    journey.log(cast.investigator, person, "adverse_event", event)
    client.force_login(cast.investigator)
    assert client.get(reverse("serious", args=[person.code, 1])).status_code == 404
    assert client.get(reverse("serious", args=[person.code, 2])).status_code == 404


def test_an_event_that_was_reported_as_serious_keeps_its_page(
    cast: Cast, person: Participant, client: Client
) -> None:
    record = log(cast, person)
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong participant")
    client.force_login(cast.investigator)
    assert "was reported as serious and is not any more" in shown(client, "serious", person.code, 1)
    assert person.code not in shown(client, "safety").partition("<main")[2]


def test_the_form_of_a_serious_event_leads_to_its_page(
    cast: Cast, person: Participant, client: Client
) -> None:
    log(cast, person)
    client.force_login(cast.investigator)
    assert reverse("serious", args=[person.code, 1]) in shown(client, "log", person.code, "adverse_event", 1)


def test_the_api_has_the_same_list(cast: Cast, person: Participant) -> None:
    aware = person.site.today() - timedelta(days=3)
    log(cast, person)
    (event,) = api(cast.investigator).get("/api/v1/safety/").json()["results"]
    assert (event["participant"], event["repeat"], event["criteria"]) == ("01-001", 1, ["AESHOSP"])
    assert event["deadline"] == f"{aware + timedelta(days=1)}T09:00:00Z"
    assert event["minutes_left"] == 23 * 60 + 45
    assert event["alerts"] == [{"version": 1, "recipient": "", "sent_at": None}]
    assert api(cast.southern_investigator).get("/api/v1/safety/").json()["results"] == []


@pytest.mark.parametrize(("days", "left"), [(1, 0), (None, None)])
def test_the_api_tells_no_time_left_from_an_unknown_one(
    cast: Cast, person: Participant, days: int | None, left: int | None
) -> None:
    aware = person.site.today() - timedelta(days=3)
    told = (
        {"aerpttim": "09:00", "aerptdat": (aware + timedelta(days=1)).isoformat()}
        if days
        else {"aeawdat": None}
    )
    log(cast, person, **told)
    (event,) = api(cast.investigator).get("/api/v1/safety/").json()["results"]
    assert event["minutes_left"] == left
    assert type(event["minutes_left"]) is type(left)
