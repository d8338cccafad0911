"""What a page answers to a method that it does not serve."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import journey
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def test_who_signs_in_again_in_the_middle_of_an_act_is_led_to_its_page(cast: Cast, client: Client) -> None:
    participant = journey.with_outcomes(cast)
    record = participant.records.get(visit__code="W1", form="pain")
    act = reverse("record-verification", args=[participant.code, record.pk])
    page = reverse("record-history", args=[participant.code, record.pk])
    asked = client.post(act, {"act": "items"})
    assert asked.status_code == 302
    sent = {"username": cast.monitor.username, "password": PASSWORD}
    answer = client.post(asked.headers["Location"], sent, follow=True)
    assert [where for where, _ in answer.redirect_chain] == [act, page]
    assert answer.status_code == 200


def test_reading_an_act_does_nothing_and_leads_to_the_page_above(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert client.get(reverse("sign-out")).headers["Location"] == reverse("home")
    assert client.get(reverse("home")).status_code == 200


def test_the_api_says_what_it_does_not_answer(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    assert client.delete(reverse("api-participants")).status_code == 405
