"""The screens of verification: beside an answer, of a form, of a casebook, of everybody."""

import pytest
from django.test import Client
from django.urls import reverse

from forms_app.models import Verification
from forms_app.selectors import content_hash
from forms_app.services import records, verifications
from tests import answers, journey
from tests.cast import Cast
from trial.models import Record, User

pytestmark = pytest.mark.django_db

DIGEST = "0" * 64


@pytest.fixture
def record(cast: Cast) -> Record:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return journey.save(cast.investigator, participant, "BL", "pain", answers.pain(6, nrs_now=4)).record


def page(client: Client, who: User, name: str, *arguments: object) -> str:
    client.force_login(who)
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def form(client: Client, who: User, record: Record) -> str:
    return page(client, who, "record", record.participant.code, "BL", "pain")


def send(client: Client, record: Record, **body: object) -> str:
    """What the page of the form says after a button was pressed."""
    address = reverse("record-verification", args=[record.participant.code, record.pk])
    shown = content_hash.of_record(record).hash
    answer = client.post(address, {"content_hash": shown, **body}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.requirement("E6.18")
def test_a_monitor_ticks_an_answer_and_everybody_sees_it(cast: Cast, client: Client, record: Record) -> None:
    shown = form(client, cast.monitor, record)
    assert 'name="item" value="nrs_avg24" form="verify"' in shown
    assert f'name="content_hash" value="{content_hash.of_record(record).hash}"' in shown
    assert "1 answer is verified." in send(client, record, act="items", item="nrs_avg24")
    for who in (cast.monitor, cast.investigator, cast.auditor):
        assert "Verified by Mona North" in form(client, who, record)
    assert 'form="verify"' not in form(client, cast.investigator, record)


def test_a_change_is_shown_beside_the_answer(cast: Cast, client: Client, record: Record) -> None:
    client.force_login(cast.monitor)
    send(client, record, act="items", item=["nrs_avg24", "nrs_now"])
    journey.save(
        cast.investigator,
        record.participant,
        "BL",
        "pain",
        answers.pain(5, nrs_now=4),
        1,
        reason="Misheard",
    )
    for who in (cast.investigator, cast.monitor):
        shown = form(client, who, record)
        assert shown.count("<span>Changed since verified</span>") == 1
        assert shown.count("Verified by Mona North") == 1


def test_the_form_is_verified_and_withdrawn(cast: Cast, client: Client, record: Record) -> None:
    client.force_login(cast.monitor)
    assert "verified." in send(client, record, act="form")
    assert Verification.objects.get(item="nrs_avg24").state == "verified"
    assert "Nothing to verify." in send(client, record, act="form")
    assert "is withdrawn." in send(client, record, act="withdraw", item="nrs_avg24")
    assert "Verification withdrawn" in form(client, cast.coordinator, record)


def test_a_refusal_is_said_on_the_form(cast: Cast, client: Client, record: Record) -> None:
    client.force_login(cast.monitor)
    stale = send(client, record, act="items", item="nrs_avg24", content_hash="0" * 64)
    assert "Changed since it was shown" in stale
    assert "Nothing to compare" in send(client, record, act="items", item="nrs_rest")
    assert "The page asked for something" in send(client, record, act="odd")
    assert not Verification.objects.exists()


def test_a_form_out_of_use_offers_nothing(cast: Cast, client: Client, record: Record) -> None:
    records.remove(by=cast.investigator, record=record, expected_version=1, reason="Wrong person")
    assert "verify" not in form(client, cast.monitor, record).lower().replace("verification", "")


@pytest.mark.requirement("E6.16")
def test_a_casebook_is_verified_as_it_was_shown(cast: Cast, client: Client, record: Record) -> None:
    participant = record.participant
    shown = page(client, cast.monitor, "participant", participant.code)
    assert "Verify the casebook" in shown
    seen = [f"{key}:{digest}" for key, digest in content_hash.of_casebook(participant).hashes.items()]
    assert all(f'name="seen" value="{each}"' in shown for each in seen)
    address = reverse("casebook-verification", args=[participant.code])
    answer = client.post(address, {"seen": seen}, follow=True).content.decode()
    assert "answers are verified." in answer
    assert "Verify the casebook" not in answer
    assert "Verified" in page(client, cast.investigator, "participant", participant.code)
    client.force_login(cast.monitor)
    assert "Nothing to verify" in client.post(address, {"seen": seen}, follow=True).content.decode()


@pytest.mark.parametrize(
    "seen",
    ["1", "a:b", "1:", ":1", "1:1", f"1:{DIGEST}:3", f"9999999999:{DIGEST}", f"²:{DIGEST}"],
)
def test_what_no_page_shows_is_refused(cast: Cast, client: Client, record: Record, seen: str) -> None:
    client.force_login(cast.monitor)
    address = reverse("casebook-verification", args=[record.participant.code])
    assert client.post(address, {"seen": seen}).status_code == 400


def test_the_site_cannot_verify(cast: Cast, client: Client, record: Record) -> None:
    assert "Verify the casebook" not in page(
        client, cast.investigator, "participant", record.participant.code
    )
    address = reverse("record-verification", args=[record.participant.code, record.pk])
    assert client.post(address, {"act": "form"}).status_code == 403


def test_the_marks_stand_at_the_visit_and_its_forms(cast: Cast, client: Client, record: Record) -> None:
    verifications.verify(by=cast.monitor, record=record, shown_hash=content_hash.of_record(record).hash)
    code = record.participant.code
    assert "<span>Verified</span>" in page(client, cast.investigator, "visit", code, "BL")
    assert "<span>To verify</span>" in page(client, cast.monitor, "visit", code, "SCR")
    assert "<span>To verify</span>" not in page(client, cast.investigator, "visit", code, "SCR")


def test_the_progress_names_what_is_still_to_verify(cast: Cast, client: Client, record: Record) -> None:
    shown = page(client, cast.monitor, "verification")
    address = reverse("record", args=[record.participant.code, "BL", "pain"])
    assert address in shown
    verifications.verify(by=cast.monitor, record=record, shown_hash=content_hash.of_record(record).hash)
    assert address not in page(client, cast.monitor, "verification")
    assert record.participant.code not in page(client, cast.southern_investigator, "verification")


def test_the_history_of_a_form_tells_of_its_verification(cast: Cast, client: Client, record: Record) -> None:
    digest = content_hash.of_record(record).hash
    verifications.verify(by=cast.monitor, record=record, shown_hash=digest, items=["nrs_avg24"])
    shown = page(client, cast.investigator, "record-history", record.participant.code, record.pk)
    assert "<ins>verified</ins>" in shown
