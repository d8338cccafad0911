"""Signing on the screen, and signatures wherever what they sign is shown."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from forms_app.models import Signature
from forms_app.models.lock import FROZEN, STUDY, Lock
from forms_app.selectors import to_sign
from tests import answers, journey, signing
from tests.cast import PASSWORD, Cast
from tests.locking import lock_form
from tests.second_factor import code_of
from trial.audit.context import attributed
from trial.models import Participant, Record, User
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return journey.with_outcomes(cast)


def pain(participant: Participant, visit: str = "W1") -> Record:
    return Record.objects.select_related("participant__site", "visit").get(
        participant=participant, visit__code=visit, form="pain"
    )


def where(participant: Participant) -> str:
    return reverse("sign-record", args=[participant.code, "W1", "pain"])


def signed_in(client: Client, who: User) -> Client:
    client.force_login(who)
    return client


def fields(client: Client, address: str, who: User, **changes: str) -> dict[str, str]:
    """What the page sends when its reader chooses to approve."""
    page = client.get(address).content.decode()
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown
    proof = {"username": who.username, "password": PASSWORD, "code": code_of(who)}
    return {"shown": shown[1], "meaning": "approval", **proof, **changes}


# The act


@pytest.mark.requirement("P11.50", "P11.200")
def test_a_form_is_signed_by_who_reads_it_and_proves_who_they_are(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signed_in(client, cast.investigator)
    page = client.get(where(participant)).content.decode()
    assert "Average pain in the past 24 hours" in page
    assert "<strong>Ines North</strong> (Investigator)" in page
    sent = fields(client, where(participant), cast.investigator)
    answer = client.post(where(participant), sent, follow=True).content.decode()
    assert "Signed: Pain intensity, Week 1 of 01-001, with the meaning “approval”." in answer
    (signature,) = Signature.objects.all()
    assert (signature.content_hash, signature.record) == (sent["shown"], pain(participant))


@pytest.mark.requirement("P11.200", "P11.300")
@pytest.mark.parametrize(
    "changes",
    [{"password": "wrong"}, {"password": ""}, {"username": "monitor"}, {"code": ""}, {"code": "no code"}],
)
def test_who_does_not_prove_who_they_are_signs_nothing_and_no_password_comes_back(
    cast: Cast, client: Client, participant: Participant, changes: dict[str, str]
) -> None:
    signed_in(client, cast.investigator)
    sent = fields(client, where(participant), cast.investigator, **changes)
    answer = client.post(where(participant), sent)
    page = answer.content.decode()
    assert (answer.status_code, "Not confirmed" in page) == (403, True)
    assert not Signature.objects.exists()
    assert PASSWORD not in page
    assert re.search(r'value="approval" required checked', page)


@pytest.mark.requirement("P11.200")
def test_later_signings_of_a_session_take_the_password_alone_until_a_break(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signed_in(client, cast.investigator)
    client.post(where(participant), fields(client, where(participant), cast.investigator))
    assert 'name="username"' not in client.get(where(participant)).content.decode()
    session = client.session
    session["signed_at"] -= timedelta(minutes=16).total_seconds()
    session.save()
    assert 'name="username"' in client.get(where(participant)).content.decode()


@pytest.mark.requirement("P11.70")
def test_what_changed_meanwhile_is_shown_anew_with_both_fingerprints(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signed_in(client, cast.investigator)
    sent = fields(client, where(participant), cast.investigator)
    journey.save(cast.coordinator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    answer = client.post(where(participant), sent)
    page = answer.content.decode()
    now = fields(client, where(participant), cast.investigator)["shown"]
    assert (answer.status_code, "Changed since it was shown" in page) == (409, True)
    assert sent["shown"][:16] in page
    assert f'name="shown" value="{now}"' in page
    assert not Signature.objects.exists()


def test_without_a_meaning_nothing_is_signed(cast: Cast, client: Client, participant: Participant) -> None:
    signed_in(client, cast.investigator)
    sent = fields(client, where(participant), cast.investigator, meaning="")
    answer = client.post(where(participant), sent)
    assert answer.status_code == 422
    assert "Choose what your signature means." in answer.content.decode()


def test_what_is_not_complete_is_shown_without_a_way_to_sign(
    cast: Cast, client: Client, participant: Participant
) -> None:
    journey.attend(cast.investigator, participant, "W2")
    journey.save(cast.investigator, participant, "W2", "pain", answers.pain(None))
    signed_in(client, cast.investigator)
    for address in (
        reverse("sign-record", args=[participant.code, "W2", "pain"]),
        reverse("sign-visit", args=[participant.code, "SCR"]),
        reverse("sign-casebook", args=[participant.code]),
    ):
        page = client.get(address).content.decode()
        assert "Not complete." in page
        assert 'name="shown"' not in page


@pytest.mark.parametrize("who", ["coordinator", "monitor", "auditor"])
def test_who_may_not_sign_sees_no_way_to_it_and_is_refused(
    cast: Cast, client: Client, participant: Participant, who: str
) -> None:
    signed_in(client, getattr(cast, who))
    assert client.get(where(participant)).status_code == 403
    assert where(participant) not in client.get(pain_page(participant)).content.decode()
    assert reverse("signatures") not in client.get(reverse("home")).content.decode()


def test_the_other_site_is_not_there(cast: Cast, client: Client, participant: Participant) -> None:
    signed_in(client, cast.southern_investigator)
    assert client.get(where(participant)).status_code == 404
    assert client.post(where(participant), {"meaning": "approval"}).status_code == 404


def test_a_visit_that_is_not_recorded_cannot_be_signed(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signed_in(client, cast.investigator)
    assert client.get(reverse("sign-visit", args=[participant.code, "W12"])).status_code == 404
    assert client.get(reverse("sign-visit", args=[participant.code, "X9"])).status_code == 404


# What the page shows is what is signed


@pytest.mark.requirement("P11.70")
def test_a_casebook_shows_every_visit_and_every_entry_that_its_hash_covers(
    cast: Cast, client: Client, participant: Participant
) -> None:
    day = journey.day_of(participant, "W1")
    journey.log(cast.investigator, participant, "medication", answers.medication(day, cmtrt="Metamizole"))
    signed_in(client, cast.investigator)
    page = client.get(reverse("sign-casebook", args=[participant.code])).content.decode()
    for words in (
        "Screening",
        "Injection",
        "Week 1",
        "Metamizole",
        "L3-4",
        "Disability",
        "Informed consent",
    ):
        assert words in page, words


def test_the_signing_page_costs_the_same_for_few_and_for_many_forms(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signed_in(client, cast.investigator)
    address = reverse("sign-casebook", args=[participant.code])
    client.get(address)
    few = statements(client, address)
    for _ in range(5):
        journey.log(
            cast.investigator,
            participant,
            "medication",
            answers.medication(journey.day_of(participant, "W1")),
        )
    assert statements(client, address) == few


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured.captured_queries)


# Where signatures stand


def pain_page(participant: Participant) -> str:
    return reverse("record", args=[participant.code, "W1", "pain"])


@pytest.mark.requirement("P11.50")
def test_a_signature_stands_on_every_page_of_what_it_signs(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signature = signing.form(cast.investigator, pain(participant))
    utc = f"{signature.signed_at:%H:%M} UTC"
    signed_in(client, cast.monitor)
    for address in (pain_page(participant), participant_page(participant), print_page(participant)):
        page = client.get(address).content.decode()
        for words in ("Ines North", "Investigator", "approval", utc):
            assert words in page, (address, words)
        assert "Broken" not in page
    assert "Ines North (Investigator)" in printed(client, participant)


@pytest.mark.requirement("P11.50", "P11.70")
def test_a_broken_signature_stays_struck_on_every_page(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signing.form(cast.investigator, pain(participant))
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    signed_in(client, cast.monitor)
    for address in (pain_page(participant), participant_page(participant), print_page(participant)):
        page = client.get(address).content.decode()
        assert "Broken by a change on" in page
        assert "<s>" in page
    assert "Broken by a change on" in printed(client, participant)


def test_a_visit_shows_its_signatures_and_the_way_to_the_next(
    cast: Cast, client: Client, participant: Participant
) -> None:
    interval = answers.every_form(journey.day_of(participant, "W1"))["interval"]
    journey.save(cast.investigator, participant, "W1", "interval", interval)
    signing.visit(cast.sub_investigator, participant.visits.get(code="W1"))
    signed_in(client, cast.investigator)
    page = client.get(reverse("visit", args=[participant.code, "W1"])).content.decode()
    assert "Sunna North" in page
    assert reverse("sign-visit", args=[participant.code, "W1"]) in page
    assert "Sunna North" in client.get(pain_page(participant)).content.decode()


def participant_page(participant: Participant) -> str:
    return reverse("participant", args=[participant.code])


def print_page(participant: Participant) -> str:
    return reverse("casebook", args=[participant.code])


def printed(client: Client, participant: Participant) -> str:
    content = client.get(reverse("casebook-pdf", args=[participant.code])).content
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.requirement("P11.70")
def test_a_form_with_signatures_opens_by_one_statement_more_than_none(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signed_in(client, cast.investigator)
    client.get(pain_page(participant))
    before = statements(client, pain_page(participant))
    signing.form(cast.investigator, pain(participant))
    signing.form(cast.sub_investigator, pain(participant))
    assert statements(client, pain_page(participant)) == before + 1


# What waits


def test_the_list_has_whole_visits_and_single_forms_and_shrinks_as_they_are_signed(
    cast: Cast, client: Client, participant: Participant
) -> None:
    interval = answers.every_form(journey.day_of(participant, "W1"))["interval"]
    journey.save(cast.investigator, participant, "W1", "interval", interval)
    signed_in(client, cast.sub_investigator)
    page = client.get(reverse("signatures")).content.decode()
    assert reverse("sign-visit", args=[participant.code, "W1"]) in page
    assert reverse("sign-record", args=[participant.code, "SCR", "consent"]) in page
    assert where(participant) not in page
    found = to_sign.read(cast.sub_investigator)
    assert to_sign.count(cast.sub_investigator) == found.count
    assert f'<span class="count">{found.count}<' in page
    signing.visit(cast.sub_investigator, participant.visits.get(code="W1"))
    assert to_sign.count(cast.sub_investigator) == found.count - 1
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    again = to_sign.read(cast.sub_investigator)
    assert [each.visit for each in again.waiting if each.broken] == ["W1"]
    assert "a signature broke" in client.get(reverse("signatures")).content.decode()


def test_nobody_is_asked_to_sign_for_another_site_or_what_is_locked(
    cast: Cast, participant: Participant
) -> None:
    assert to_sign.count(cast.southern_investigator) == 0
    assert to_sign.read(cast.monitor).count == to_sign.count(cast.monitor) == 0
    before = to_sign.count(cast.sub_investigator)
    lock_form(cast, Record.objects.get(participant=participant, form="consent"))
    assert to_sign.count(cast.sub_investigator) == to_sign.read(cast.sub_investigator).count == before - 1


@pytest.mark.requirement("E6.12")
def test_the_casebook_is_due_when_week_12_is_recorded(
    cast: Cast, client: Client, participant: Participant
) -> None:
    assert to_sign.read(cast.investigator).casebooks == []
    missed = VisitDetails(occurred=False, reason_not_done="Did not come")
    visits.save(by=cast.investigator, participant=participant, code="W12", details=missed)
    (due,) = to_sign.read(cast.investigator).casebooks
    assert (due.participant, due.milestone) == (participant.code, to_sign.REACHED)
    signed_in(client, cast.investigator)
    page = client.get(participant_page(participant)).content.decode()
    assert "The casebook is due for the investigator’s signature: week 12 is recorded." in page
    assert (
        reverse("sign-casebook", args=[participant.code])
        in client.get(reverse("signatures")).content.decode()
    )


@pytest.mark.requirement("E6.12")
def test_the_casebook_is_due_when_the_participation_ended(cast: Cast, participant: Participant) -> None:
    journey.withdraw(cast, participant)
    (due,) = to_sign.read(cast.investigator).casebooks
    assert due.milestone == to_sign.HAS_ENDED


@pytest.mark.requirement("E6.12")
def test_the_casebook_is_due_when_the_data_are_frozen_and_no_more_once_it_is_signed(
    cast: Cast, participant: Participant
) -> None:
    day = journey.day_of(participant, "SCR")
    for form in ("demographics", "surgery", "prior_treatment", "mri"):
        journey.save(cast.investigator, participant, "SCR", form, answers.every_form(day)[form])
    interval = answers.every_form(journey.day_of(participant, "W1"))["interval"]
    journey.save(cast.investigator, participant, "W1", "interval", interval)
    freeze_study(cast)
    (due,) = to_sign.read(cast.investigator).casebooks
    assert due.milestone == to_sign.FROZEN_NOW
    signing.casebook(cast.investigator, participant)
    assert to_sign.read(cast.investigator).casebooks == []
    assert to_sign.read(cast.sub_investigator).waiting == []


def freeze_study(cast: Cast) -> None:
    with attributed(by=cast.data_manager, reason="interim analysis"):
        Lock.objects.create(kind=FROZEN, scope=STUDY, set_by=cast.data_manager, reason="interim analysis")


def test_the_page_of_a_participant_marks_what_is_signed_and_what_broke(
    cast: Cast, client: Client, participant: Participant
) -> None:
    interval = answers.every_form(journey.day_of(participant, "W1"))["interval"]
    journey.save(cast.investigator, participant, "W1", "interval", interval)
    signing.form(cast.investigator, pain(participant))
    signing.visit(cast.investigator, participant.visits.get(code="W1"))
    signed_in(client, cast.investigator)
    shown = client.get(reverse("participant", args=[participant.code])).context["book"]
    (week1,) = [each for each in shown.visits if each.entry.planned.code == "W1"]
    assert week1.signed.word == "Signature stands"
    assert [line.signed and line.signed.word for line in week1.forms].count("Signature stands") == 1
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain(4), 1, reason="read again")
    page = client.get(reverse("participant", args=[participant.code]))
    (week1,) = [each for each in page.context["book"].visits if each.entry.planned.code == "W1"]
    assert week1.signed.word == "Broken signature"
    assert [line.signed.word for line in week1.forms if line.signed] == ["Broken signature"]
    assert "Pain intensity, Week 1" in page.content.decode()
    signing.visit(cast.investigator, participant.visits.get(code="W1"))
    again = client.get(reverse("participant", args=[participant.code])).context["book"]
    (week1,) = [each for each in again.visits if each.entry.planned.code == "W1"]
    assert week1.signed.word == "Signature stands"


def test_the_page_to_sign_shows_what_was_signed_there_before(
    cast: Cast, client: Client, participant: Participant
) -> None:
    signing.form(cast.sub_investigator, pain(participant))
    page = signed_in(client, cast.investigator).get(where(participant))
    assert [each.name for each in page.context["signed"].signatures] == [cast.sub_investigator.full_name]
    assert cast.sub_investigator.full_name in page.content.decode()
