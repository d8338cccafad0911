"""A participant whole, and what else the pages show: opioids, what is to sign, how far it is verified."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import answers, client, journey
from tests.cast import Cast
from trial.api.endpoint import PARTIAL
from trial.models import Participant

pytestmark = pytest.mark.django_db

CASEBOOK = "01-001/casebook/"


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return journey.with_outcomes(cast)


def ask(user: Any, address: str, **query: Any) -> Any:
    return client.client(user).get(f"/api/v1/{address}", query)


def test_the_casebook_has_every_form_as_it_is_read_alone(cast: Cast, participant: Participant) -> None:
    journey.log(cast.investigator, participant, "medication", answers.medication(participant.site.today()))
    book = client.get(cast.monitor, CASEBOOK).json()
    places = [(each["visit"], each["form"]) for each in book["records"]]
    assert places[0] == ("SCR", "consent")
    assert places[-1] == (None, "medication")
    assert ("W1", "disability") in places
    assert book["visits"] == client.get(cast.monitor, "01-001/visits/").json()["results"]
    pain = next(each for each in book["records"] if (each["visit"], each["form"]) == ("BL", "pain"))
    alone = client.get(cast.monitor, "01-001/visits/BL/forms/pain/").json()
    assert {name: alone[name] for name in pain if name != "visit"} == {
        name: value for name, value in pain.items() if name != "visit"
    }


def test_the_casebook_costs_the_same_for_one_entry_and_for_many(cast: Cast, participant: Participant) -> None:
    day = participant.site.today()
    costs = []
    for entries in (1, 4):
        for _ in range(entries):
            journey.log(cast.investigator, participant, "medication", answers.medication(day))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(cast.monitor, CASEBOOK).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_part_of_the_casebook_can_be_chosen(cast: Cast, participant: Participant) -> None:
    told = client.get(cast.monitor, CASEBOOK, fields="code,state")
    assert (told.json(), told["Content-Type"]) == ({"code": "01-001", "state": "treated"}, PARTIAL)


def test_the_casebook_of_another_site_is_not_there(cast: Cast, participant: Participant) -> None:
    client.problem(client.get(cast.southern_coordinator, CASEBOOK), 404, "not_found")
    client.problem(client.get(cast.southern_coordinator, "01-001/opioids/"), 404, "not_found")


def test_opioids_are_told_by_step(cast: Cast, participant: Participant) -> None:
    told = client.get(cast.monitor, "01-001/opioids/").json()
    assert (told["steps"], told["raised"]) == ([], [])
    assert told["injected"] == journey.day_of(participant, "INJ").isoformat()


def test_what_waits_for_a_signature_is_listed(cast: Cast, participant: Participant) -> None:
    found = ask(cast.investigator, "signatures/").json()["results"]
    assert found
    assert {each["participant"] for each in found} == {"01-001"}
    assert ask(cast.investigator, "signatures/", participant="01-009").json()["results"] == []
    visits = ask(cast.investigator, "signatures/", scope="visit").json()["results"]
    assert visits == [each for each in found if each["scope"] == "visit"]
    client.problem(ask(cast.investigator, "signatures/", scope="all"), 400, "malformed")
    client.problem(ask(cast.monitor, "signatures/"), 403, "right")


def test_how_far_the_verification_is(cast: Cast, participant: Participant) -> None:
    (row,) = ask(cast.monitor, "verification/").json()["results"]
    assert (row["participant"], row["site"], row["verified"]) == ("01-001", "01", 0)
    assert row["required"] == row["open"] > 0
    assert ask(cast.monitor, "verification/", site="02").json()["results"] == []


def test_days_of_the_trail_are_reviewed(cast: Cast, participant: Participant) -> None:
    by = client.client(cast.data_manager)
    day = participant.site.today() - timedelta(days=1)
    sent = {"site": "01", "first": day.isoformat(), "last": day.isoformat(), "note": "Nothing odd"}
    made = by.post("/api/v1/audit/reviews/", sent)
    assert made.status_code == 201, made.json()
    (review,) = made.json()["reviews"]
    assert (review["first"], review["note"]) == (day.isoformat(), "Nothing odd")
    (site,) = ask(cast.auditor, "audit/reviews/").json()["results"]
    assert site["reviews"] == [review]
    client.problem(by.post("/api/v1/audit/reviews/", {**sent, "first": "now"}), 400, "malformed")
    client.problem(by.post("/api/v1/audit/reviews/", {**sent, "site": "02"}), 404, "not_found")
    client.problem(client.client(cast.coordinator).post("/api/v1/audit/reviews/", sent), 403, "right")


def test_the_address_of_a_calendar_is_shown_once_and_ends(cast: Cast) -> None:
    by = client.client(cast.coordinator)
    made = by.post("/api/v1/due/calendar/", {"site": "01"})
    assert made.status_code == 201
    address = made.json()["address"]
    assert by.get(address).status_code == 200
    assert by.post("/api/v1/due/calendar/end/", {"site": "01"}).status_code == 204
    assert by.get(address).status_code == 404
    client.problem(by.post("/api/v1/due/calendar/", {"site": "02"}), 400, "malformed")


def test_the_ledger_says_how_far_it_is_sealed(cast: Cast, participant: Participant) -> None:
    told = ask(cast.auditor, "ledger/").json()
    assert (told["newest_seal"], told["check"]) == (None, None)
    assert told["unsealed"] > 0
    assert ask(cast.auditor, "ledger/seals/").json() == {"results": [], "next": None, "previous": None}
    client.problem(ask(cast.auditor, "ledger/seals/1/"), 404, "not_found")
    client.problem(ask(cast.auditor, f"ledger/seals/{10**12}/"), 404, "not_found")
