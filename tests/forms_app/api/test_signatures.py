"""Signing by the API, and signatures in what it answers with."""

from typing import Any

import pytest

from forms_app.models import Signature
from tests import answers, client, journey, signing
from tests.cast import PASSWORD, Cast
from tests.second_factor import code_of
from trial.models import Participant, Record, User

pytestmark = pytest.mark.django_db

FORM = "01-001/visits/W1/forms/pain/"


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return journey.with_outcomes(cast)


def body(who: User, address: str, **changes: Any) -> dict[str, Any]:
    """What signs the content at an address as it stands."""
    shown = client.get(who, f"{address}signatures/").json()["content_hash"]
    proof = {"username": who.username, "password": PASSWORD, "code": code_of(who)}
    return {"meaning": "approval", "content_hash": shown, **proof, **changes}


def sign(who: User, address: str, **changes: Any) -> Any:
    return client.post(who, f"{address}signatures/", body(who, address, **changes))


@pytest.mark.requirement("P11.50", "P11.200")
def test_a_form_is_signed_with_every_component(cast: Cast, participant: Participant) -> None:
    answer = sign(cast.investigator, FORM)
    assert answer.status_code == 201, answer.json()
    signed = answer.json()
    assert (signed["name"], signed["role"], signed["meaning"]) == ("Ines North", "investigator", "approval")
    assert (signed["intact"], signed["broken_at"], signed["form"]) == (True, None, "pain")
    assert client.get(cast.monitor, FORM).json()["signatures"] == [signed]


@pytest.mark.requirement("P11.200")
@pytest.mark.parametrize(
    "changes",
    [{"password": "wrong"}, {"password": ""}, {"username": "monitor"}, {"username": ""}, {"code": ""}],
)
def test_a_token_alone_signs_nothing(cast: Cast, participant: Participant, changes: dict[str, Any]) -> None:
    client.problem(sign(cast.investigator, FORM, **changes), 403, "confirmation_failed")
    assert not Signature.objects.exists()


@pytest.mark.requirement("P11.200")
def test_the_second_signing_by_the_api_takes_every_component_too(
    cast: Cast, participant: Participant
) -> None:
    assert sign(cast.investigator, FORM).status_code == 201
    other = "01-001/visits/BL/forms/pain/"
    client.problem(sign(cast.investigator, other, code=""), 403, "confirmation_failed")
    assert sign(cast.investigator, other).status_code == 201


def test_the_content_is_told_and_a_stale_hash_refused_with_both(cast: Cast, participant: Participant) -> None:
    told = client.get(cast.investigator, f"{FORM}signatures/").json()
    assert told["content"]["answers"][""]["nrs_avg24"] == 7
    assert told["records"] == [told["content"]]
    sent = body(cast.investigator, FORM)
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    answer = client.post(cast.investigator, f"{FORM}signatures/", sent)
    problem = client.problem(answer, 409, "content_changed")
    assert (problem["shown"], problem["current"]) == (
        sent["content_hash"],
        body(cast.investigator, FORM)["content_hash"],
    )
    assert sent["password"] not in answer.content.decode()


def test_visits_and_casebooks_tell_their_signatures(cast: Cast, participant: Participant) -> None:
    interval = answers.every_form(journey.day_of(participant, "W1"))["interval"]
    journey.save(cast.investigator, participant, "W1", "interval", interval)
    assert sign(cast.sub_investigator, "01-001/visits/W1/").status_code == 201
    day = journey.day_of(participant, "SCR")
    for form in ("demographics", "surgery", "prior_treatment", "mri"):
        journey.save(cast.investigator, participant, "SCR", form, answers.every_form(day)[form])
    assert sign(cast.investigator, "01-001/").status_code == 201
    visit = client.get(cast.monitor, "01-001/visits/W1/").json()["signatures"]
    assert [each["scope"] for each in visit] == ["visit", "casebook"]
    listed = {each["visit"]: each for each in client.get(cast.monitor, "01-001/visits/").json()["results"]}
    assert (listed["W1"]["signatures"], len(listed["BL"]["signatures"])) == (visit, 1)
    assert client.get(cast.monitor, "01-001/").json()["signatures"] == visit
    assert client.get(cast.monitor, FORM).json()["signatures"] == visit
    assert client.get(cast.monitor, "01-001/signatures/").json()["signatures"] == visit


def test_a_broken_signature_stays_in_every_answer(cast: Cast, participant: Participant) -> None:
    day = journey.day_of(participant, "W1")
    entry = journey.log(cast.investigator, participant, "medication", answers.medication(day)).record
    signing.form(cast.investigator, entry)
    journey.log(
        cast.investigator, participant, "medication", answers.medication(day, cmtrt="X"), 1, 1, reason="r"
    )
    for found in (
        client.get(cast.monitor, "01-001/logs/medication/1/").json(),
        client.get(cast.monitor, "01-001/logs/medication/").json()["results"][0],
        client.get(cast.monitor, "01-001/logs/medication/1/signatures/").json(),
    ):
        (signed,) = found["signatures"]
        assert signed["intact"] is False
        assert signed["broken_at"]


def test_who_may_not_sign_and_what_is_not_there(cast: Cast, participant: Participant) -> None:
    client.problem(sign(cast.monitor, FORM), 403, "right")
    client.problem(client.get(cast.investigator, "01-001/visits/W12/signatures/"), 404, "not_found")
    client.problem(client.get(cast.southern_investigator, "01-001/signatures/"), 404, "not_found")
    client.problem(client.post(cast.southern_investigator, "01-001/signatures/", {}), 404, "not_found")
    client.problem(sign(cast.investigator, "01-001/visits/SCR/"), 409, "sign_incomplete")
    client.problem(sign(cast.investigator, FORM, meaning="agreed"), 422, "answers")
    assert Record.objects.get(participant=participant, form="consent").signatures.count() == 0
