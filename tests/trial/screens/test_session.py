import pytest
from django.test import Client
from django.urls import reverse

from tests import journey
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_signs_in_and_meets_the_start_page(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("sign-in"), {"username": "investigator", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("home")
    assert "Ines North" in client.get(reverse("home")).content.decode()


def test_signing_in_leads_to_the_page_that_was_asked_for(cast: Cast, client: Client) -> None:
    participant = journey.added(cast)
    asked = reverse("participant", args=[participant.code])
    sign_in = client.get(asked).headers["Location"]
    answer = client.post(sign_in, {"username": "investigator", "password": PASSWORD, "next": asked})
    assert answer.headers["Location"] == asked


def test_a_wrong_password_is_refused_and_the_name_kept(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("sign-in"), {"username": "investigator", "password": "a guess"})
    shown = answer.content.decode()
    assert "do not belong together" in shown
    assert 'value="investigator"' in shown
    assert "a guess" not in shown


def test_nobody_is_led_to_another_host(cast: Cast, client: Client) -> None:
    sent = {"username": "investigator", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(reverse("sign-in"), sent).headers["Location"] == reverse("home")


def test_signing_out_needs_to_be_sent_and_ends_the_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert client.get(reverse("sign-out")).status_code == 405
    client.post(reverse("sign-out"))
    assert client.get(reverse("home")).status_code == 302
