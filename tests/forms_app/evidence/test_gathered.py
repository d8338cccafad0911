"""The facts as they are read, and where the evidence and computed values are shown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forms_app.evidence import facts
from tests import answers, journey
from tests.cast import Cast
from tests.client import change, get
from trial.models import Participant

pytestmark = pytest.mark.django_db


def test_everything_is_read_in_one_statement_with_its_types(cast: Cast) -> None:
    participant = journey.screened(cast)
    day = journey.day_of(participant, "SCR")
    with CaptureQueriesContext(connection) as captured:
        found = facts.gather(participant.pk)
    assert len(captured) == 1
    assert found.consent_date == day
    assert found.person["weight"] == Decimal("62.0")
    assert found.index_operation["surgdat"] == (day - timedelta(days=400)).isoformat()
    assert [row["mbbrelief"] for row in found.blocks] == [Decimal("14.3")]
    assert found.blocks[0]["mbbdat"] == day - timedelta(days=14)
    assert found.mri["hern"] == "N"


def test_what_is_out_of_use_is_no_fact(cast: Cast) -> None:
    participant = journey.screened(cast)
    day = journey.day_of(participant, "SCR")
    form = answers.surgery(day, answers.operation(day, index="N"))
    save(cast, participant, "surgery", form, 1)
    assert facts.gather(participant.pk).index_operation == {}
    assert facts.gather(journey.consented(cast).pk).person == {}


def save(cast: Cast, participant: Participant, form: str, submission: Any, version: int | None = None) -> Any:
    return journey.save(cast.investigator, participant, "SCR", form, submission, version, reason="read again")


def test_an_answer_against_the_evidence_is_asked_about_and_stored(cast: Cast) -> None:
    participant = journey.screened(cast)
    day = journey.day_of(participant, "SCR")
    save(cast, participant, "mri", answers.mri(day, hern="Y", hernlev=["L4-5"]), 1)
    saved = save(cast, participant, "eligibility", answers.eligibility(day, scrnrs=3), 1)
    told = {finding.code: str(finding.sentence) for finding in saved.findings}
    assert set(told) == {"excl01.evidence", "incl07.evidence"}
    assert told["incl07.evidence"] == (
        "The answer contradicts the evidence: Average pain 3 at screening; at least 4 is asked for."
    )
    assert saved.record.state == "in progress"


def test_evidence_that_leaves_it_open_is_asked_about(cast: Cast) -> None:
    participant = journey.screened(cast)
    day = journey.day_of(participant, "SCR")
    year = str((day - timedelta(days=400)).year)
    save(cast, participant, "surgery", answers.surgery(day, answers.operation(day, surgdat=year)), 1)
    saved = save(cast, participant, "eligibility", answers.eligibility(day, examiner="Other"), 1)
    assert [finding.code for finding in saved.findings] == ["incl01.unconfirmed"]


def test_the_api_tells_evidence_and_computed_values(cast: Cast) -> None:
    participant = journey.screened(cast)
    told = get(cast.investigator, f"{participant.code}/visits/SCR/forms/eligibility/").json()
    assert told["evidence"]["incl07"] == {
        "verdict": "Y",
        "said": "Average pain 7 at screening; at least 4 is asked for.",
        "contradicts": False,
    }
    assert told["computed"] == []
    day = journey.day_of(participant, "SCR")
    person = get(cast.investigator, f"{participant.code}/visits/SCR/forms/demographics/").json()
    assert person["evidence"] == {}
    assert person["computed"] == [
        {"name": "age", "label": "Age at consent, at most", "value": day.year - 1975, "unit": "years"}
    ]
    surgery = get(cast.investigator, f"{participant.code}/visits/SCR/forms/surgery/").json()
    assert [(each["name"], each["value"]) for each in surgery["computed"]] == [("operation.1.months", 13)]


def test_doses_for_each_kilogram_follow_the_weight(cast: Cast) -> None:
    participant = journey.injected(cast)
    address = f"{participant.code}/visits/INJ/forms/injection/"
    assert get(cast.investigator, address).json()["computed"] == []
    save(cast, participant, "demographics", answers.demographics(weight="50"))
    told = get(cast.investigator, address).json()["computed"]
    assert [(each["name"], each["value"], each["unit"]) for each in told] == [
        ("per_kg.bupivacaine", 1.0, "mg/kg")
    ]
    save(cast, participant, "demographics", answers.demographics(weight="40"), 1)
    assert get(cast.investigator, address).json()["computed"][0]["value"] == 1.25


@pytest.mark.parametrize("name", ["age", "computed", "bmi"])
def test_what_is_computed_cannot_be_sent(cast: Cast, name: str) -> None:
    participant = journey.screened(cast)
    body = journey.body(answers.demographics(**{name: 1}), reason="x")
    told = change(cast.investigator, f"{participant.code}/visits/SCR/forms/demographics/", body, 1)
    assert told.status_code == 422
    assert name in told.json()["errors"]


def test_the_page_shows_the_verdict_beside_the_answer(cast: Cast) -> None:
    participant = journey.screened(cast)
    day = journey.day_of(participant, "SCR")
    save(cast, participant, "eligibility", answers.eligibility(day, scrnrs=3), 1)
    client = Client()
    client.force_login(cast.investigator)
    page = client.get(reverse("record", args=[participant.code, "SCR", "eligibility"])).content.decode()
    assert "Average pain 3 at screening; at least 4 is asked for." in page
    assert page.count("The answer says otherwise.") == 1
    assert "Cannot be confirmed" in page
    person = client.get(reverse("record", args=[participant.code, "SCR", "demographics"])).content.decode()
    assert "Age at consent, at most" in person
