"""The proof of one event, for those to whom the audit trail shows it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from forms_app.models import Query
from forms_app.selectors.lock_target import of_participant
from forms_app.services import queries
from tests import answers, journey, locking, sealing
from tests.cast import Cast
from trial.access import RIGHTS, Right, Role
from trial.audit import seals, verify_trail
from trial.models import Event, Record, User

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)

TRAIL = "/api/v1/audit/"


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> None:
    sealing.own_place(settings, tmp_path)


@pytest.fixture
def monitor(cast: Cast) -> Client:
    return signed_in(cast.monitor)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def with_pain(cast: Cast) -> Record:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(7))
    return Record.objects.get(participant=participant, form="pain")


def proofs_of(person: User, events: list[int]) -> set[int]:
    """Those of the events that the person is given a proof of."""
    client = signed_in(person)
    answered = {number: client.get(reverse("api-ledger-proof", args=[number])) for number in events}
    assert {each.status_code for each in answered.values()} <= {200, 404}
    return {number for number, each in answered.items() if each.status_code == 200}


def trail_of(person: User) -> set[int]:
    answer = signed_in(person).get(TRAIL, {"kind": "queries"})
    return {line["event"] for line in answer.json()["results"]} if answer.status_code == 200 else set()


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_not_know_of_a_proposed_question_gets_no_proof_of_it(cast: Cast, role: Role) -> None:
    record, person = with_pain(cast), cast.with_role(role)
    released, cancelled = (
        queries.raise_query(by=cast.statistician, record=record, text=text) for text in ("So?", "Unblinded?")
    )
    queries.cancel(by=cast.monitor, query=cancelled)
    queries.cancel(by=cast.monitor, query=queries.release(by=cast.monitor, query=released))
    seals.seal_all()
    events = list(
        Event.objects.filter(table_name=Query._meta.db_table).order_by("id").values_list("id", flat=True)
    )
    _first, _second, _taken_back, *put = events
    seen = set(events) if Right.ENTER_DATA not in RIGHTS[role] else set(put)
    seen = seen if Right.VIEW_AUDIT in RIGHTS[role] else set()
    assert proofs_of(person, events) == seen
    assert trail_of(person) == seen
    assert proofs_of(cast.southern_investigator, events) == set()


def test_who_settles_questions_elsewhere_sees_no_candidate_where_they_enter_data(cast: Cast) -> None:
    record = with_pain(cast)
    both = cast.southern_investigator
    locking.give(both, Role.MONITOR, cast.south)
    locking.give(both, Role.INVESTIGATOR, cast.north)
    queries.raise_query(by=cast.statistician, record=record, text="Unblinded?")
    seals.seal_all()
    event = Event.objects.filter(table_name=Query._meta.db_table).get().pk
    assert proofs_of(both, [event]) == set()
    assert trail_of(both) == set()
    assert proofs_of(cast.auditor, [event]) == {event}


def test_a_lock_with_a_proposed_question_in_its_report_is_proven_to_who_may_know_of_it(cast: Cast) -> None:
    record = with_pain(cast)
    queries.raise_query(by=cast.statistician, record=record, text="Unblinded?", item="nrs_avg24")
    lock = locking.put_on(cast, of_participant(record.participant))
    seals.seal_all()
    event = Event.objects.get(table_name="forms_app_lock", key=str(lock.pk)).pk
    assert proofs_of(cast.monitor, [event]) == {event}
    assert proofs_of(cast.investigator, [event]) == set()


@pytest.mark.requirement("P11.10e")
def test_the_api_proves_an_event(monitor: Client, cast: Cast, tmp_path: Path) -> None:
    participant = journey.consented(cast)
    address = reverse("api-ledger-proof", args=[Event.objects.latest("id").pk])
    refused = monitor.get(address)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_sealed")
    seals.seal_all()
    answer = monitor.get(address)
    path = tmp_path / "proof.json"
    path.write_bytes(answer.content)
    assert verify_trail.verify(path).problems == []
    proven = json.loads(answer.json()["event"]["content"])
    assert proven["record_id"] == participant.records.get().pk


def test_the_api_proves_nothing_to_who_may_not_see_it(cast: Cast) -> None:
    journey.consented(cast)
    seals.seal_all()
    mine = Event.objects.filter(table_name="trial_participant").latest("id").pk
    of_an_account = Event.objects.filter(table_name="trial_user").latest("id").pk
    for person, number in (
        (cast.southern_investigator, mine),
        (cast.coordinator, mine),
        (cast.administrator, mine),
        (cast.monitor, of_an_account),
        (cast.monitor, 99_999),
    ):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("api-ledger-proof", args=[number])).status_code == 404


def test_an_item_s_history_leads_to_its_proof(monitor: Client, cast: Cast) -> None:
    participant = journey.consented(cast)
    seals.seal_all()
    record = participant.records.get()
    event = Event.objects.filter(table_name="trial_consent").latest("id")
    address = reverse("api-ledger-proof", args=[event.pk])
    shown = monitor.get(reverse("item", args=[participant.code, record.pk, "icver"])).content.decode()
    assert f'href="{address}"' in shown
    client = Client()
    client.force_login(cast.coordinator)
    assert (
        address
        not in client.get(reverse("item", args=[participant.code, record.pk, "icver"])).content.decode()
    )
