import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import answers, journey
from tests.cast import Cast
from trial.models import Participant, Visit
from trial.refusals import Refusal
from trial.services.visits import planned_visit

pytestmark = pytest.mark.django_db(transaction=True)


def where(participant: Participant, visit: str = "W1") -> str:
    return reverse("visit", args=[participant.code, visit])


def details(participant: Participant, **changes: str) -> dict[str, str]:
    day = journey.day_of(participant, "W1").isoformat()
    return {"occurred": "Y", "visit_date": day, "contact_mode": "IN PERSON", **changes}


def test_a_new_visit_offers_todays_date_at_the_site(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    shown = client.get(where(participant)).content.decode()
    assert f'name="visit_date" value="{participant.site.today().isoformat()}"' in shown
    assert "Save &amp; first form" in shown


def test_a_visit_is_recorded_and_its_first_form_opens(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    answer = client.post(where(participant), details(participant, then="form"))
    assert answer.headers["Location"] == reverse("record", args=[participant.code, "W1", "pain"])
    answer = client.get(where(participant))
    assert reverse("record", args=[participant.code, "W1", "disability"]) in answer.content.decode()


def test_a_visit_and_how_it_is_held_go_by_their_names(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    refused = client.post(where(participant), details(participant, contact_mode="")).content.decode()
    assert "Choose the contact mode: In person, Telephone call, Remote audio and video." in refused
    recorded = client.post(where(participant), details(participant), follow=True).content.decode()
    assert "“Week 1” is recorded." in recorded
    sent = details(participant, reason_unscheduled="Pain came back")
    recorded = client.post(where(participant, "U1"), sent, follow=True).content.decode()
    assert "“Unscheduled visit U1” is recorded." in recorded


def test_a_state_in_a_refusal_is_said_in_the_readers_language(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    client.force_login(cast.investigator)
    chinese = {"Accept-Language": "zh-hans"}
    shown = client.get(where(participant, "BL"), headers=chinese).content.decode()
    with translation.override("zh-hans"):
        said = Refusal(
            "visit_closed",
            visit=translation.gettext("Baseline"),
            participant=participant.code,
            opens=translation.gettext(planned_visit("BL").opens),
            state=translation.gettext("screening"),
        ).sentence
    assert said in shown
    assert "screening" not in said


def test_a_visit_that_did_not_take_place_needs_its_reason(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    refused = client.post(where(participant), {"occurred": "N"})
    assert refused.status_code == 422
    assert '<a href="#reason_not_done">Say why the visit did not take place.</a>' in refused.content.decode()
    client.post(where(participant), {"occurred": "N", "reason_not_done": "On holiday", "then": "form"})
    assert "On holiday" in client.get(where(participant)).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"visit_date": "2999-01-01"}, "lies in the future"),
        ({"visit_date": "yesterday"}, "Enter the date of the visit."),
        ({"contact_mode": ""}, "Choose the contact mode"),
    ],
)
def test_mistakes_are_explained_and_what_was_typed_stays(
    cast: Cast, client: Client, changes: dict[str, str], sentence: str
) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    sent = details(participant, **changes)
    answer = client.post(where(participant), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in shown
    assert f'name="visit_date" value="{sent["visit_date"]}"' in shown
    assert not Visit.objects.filter(code="W1").exists()


def test_a_correction_needs_a_reason(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    client.force_login(cast.investigator)
    sent = details(participant, contact_mode="TELEPHONE CALL", version="1")
    assert client.post(where(participant), sent).status_code == 422
    client.post(where(participant), {**sent, "reason": "By telephone after all"})
    assert Visit.objects.get(code="W1").contact_mode == "TELEPHONE CALL"


@pytest.mark.parametrize("version", ["", "1"])
def test_the_second_of_two_savers_sees_what_is_saved_now(cast: Cast, client: Client, version: str) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    client.force_login(cast.coordinator)
    if version:
        changed = details(participant, contact_mode="TELEPHONE CALL", version="1", reason="Telephone")
        client.post(where(participant), changed)
    answer = client.post(where(participant), details(participant, version=version))
    shown = answer.content.decode()
    assert answer.status_code == 412
    assert "Saved now:" in shown
    assert f'name="version" value="{Visit.objects.get(code="W1").version}"' in shown


def test_a_visit_with_forms_took_place(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "W1")
    journey.save(cast.investigator, participant, "W1", "pain", answers.pain())
    client.force_login(cast.investigator)
    sent = {"occurred": "N", "reason_not_done": "Never", "version": "1", "reason": "Mixed up"}
    answer = client.post(where(participant), sent)
    assert answer.status_code == 409
    assert "Remove the forms first" in answer.content.decode()


def test_a_visit_that_is_not_open_says_when_it_opens(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    client.force_login(cast.investigator)
    shown = client.get(where(participant, "BL")).content.decode()
    assert "“Baseline” opens when" in shown
    assert "<form" not in shown.split("<main")[1]
    assert client.post(where(participant, "BL"), details(participant)).status_code == 409


def test_a_visit_the_protocol_does_not_have_is_said_to_be_unknown(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    client.force_login(cast.investigator)
    for visit in ("W4", "XX", "U0"):
        answer = client.get(where(participant, visit))
        assert answer.status_code == 404
        assert "The protocol has no visit" in answer.content.decode()


def test_an_unscheduled_visit_is_added_with_the_next_number(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    assert client.get(where(participant, "U1")).status_code == 200
    second = client.post(where(participant, "U2"), details(participant, reason_unscheduled="Pain"))
    assert second.status_code == 409
    without = client.post(where(participant, "U1"), details(participant))
    assert without.status_code == 422
    assert "Say why the visit is held outside the schedule." in without.content.decode()
    sent = details(participant, reason_unscheduled="Pain came back")
    assert client.post(where(participant, "U1"), sent).status_code == 302
    assert (
        "Held outside the schedule: Pain came back" in client.get(where(participant, "U1")).content.decode()
    )


def test_a_planned_visit_has_no_reason_for_being_held(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    assert 'name="reason_unscheduled"' not in client.get(where(participant)).content.decode()
    sent = details(participant, reason_unscheduled="Pain came back")
    assert client.post(where(participant), sent).status_code == 422


def test_who_may_not_enter_data_reads_the_visit(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.monitor)
    shown = client.get(where(participant)).content.decode()
    assert "Nothing is recorded of this visit." in shown
    assert client.post(where(participant), details(participant)).status_code == 403


def test_a_recorded_visit_stays_correctable_when_it_is_not_open_any_more(cast: Cast, client: Client) -> None:
    participant = journey.set_back(cast)
    client.force_login(cast.investigator)
    shown = client.get(where(participant, "BL")).content.decode()
    assert "“Baseline” opens when" in shown
    assert "Correct the visit" in shown
    by_telephone = details(participant, contact_mode="TELEPHONE CALL", version="1", reason="By telephone")
    assert client.post(where(participant, "BL"), by_telephone).status_code == 302
    assert Visit.objects.get(code="BL").contact_mode == "TELEPHONE CALL"


def test_whether_the_visit_took_place_must_be_said(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    sent = {"contact_mode": "IN PERSON", "reason_not_done": "Fever"}
    answer = client.post(where(participant), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#occurred-Y">Say whether the visit took place.</a>' in shown
    assert 'name="occurred" value="Y">' in shown
    assert 'name="occurred" value="N">' in shown
    assert 'name="reason_not_done" value="Fever"' in shown
    assert not Visit.objects.filter(code="W1").exists()


def test_a_reason_that_is_too_long_is_refused_and_not_cut(cast: Cast, client: Client) -> None:
    participant = journey.injected(cast)
    client.force_login(cast.investigator)
    answer = client.post(where(participant), {"occurred": "N", "reason_not_done": "x" * 201})
    assert answer.status_code == 422
    assert "Shorten the text to 200 characters; it has 201." in answer.content.decode()
    assert f'value="{"x" * 201}"' in answer.content.decode()
