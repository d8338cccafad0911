"""What stands around every page: the areas a person may enter, the banner, the pages of refusals."""

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error
from pytest_django import Settings

from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

BOOK = ["Participants", "Due visits", "Questions"]
SEEN = ["Flow", "Safety"]
AREAS = {
    "investigator": [*BOOK, "To sign", *SEEN, "Locks", "Audit trail", "Results", "Exports", "Imports"],
    "coordinator": [*BOOK, *SEEN, "Exports", "Imports"],
    "monitor": [*BOOK, "Verification", *SEEN, "Audit trail"],
    "data_manager": [*BOOK, *SEEN, "Locks", "Audit trail", "Results", "Exports", "Webhooks"],
    "statistician": [*BOOK, *SEEN, "Results", "Exports"],
    "auditor": [*BOOK, *SEEN, "Audit trail", "Results", "Exports", "Accounts"],
    "administrator": ["Accounts"],
    "stranger": [],
}


@pytest.mark.parametrize("name", AREAS)
def test_the_navigation_offers_only_what_a_person_may_enter(cast: Cast, client: Client, name: str) -> None:
    client.force_login(getattr(cast, name))
    shown = client.get(reverse("account")).content.decode()
    navigation = shown.partition('<nav class="areas"')[2].partition("</nav>")[0]
    assert re.findall(r">([A-Z][a-z ]+[a-z])", navigation) == AREAS[name]


def test_the_area_of_a_page_is_marked(cast: Cast, client: Client) -> None:
    client.force_login(cast.investigator)
    shown = client.get(reverse("participant-add")).content.decode()
    assert '<a href="/" aria-current="page">Participants</a>' in shown


@pytest.mark.parametrize("synthetic", [True, False])
def test_synthetic_data_are_called_so(client: Client, settings: Settings, synthetic: bool) -> None:
    settings.SYNTHETIC_DATA = synthetic
    assert ("Synthetic data." in client.get(reverse("sign-in")).content.decode()) is synthetic


def test_a_page_without_a_valid_origin_is_refused_in_words(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("sign-in"), {"username": "investigator"})
    assert answer.status_code == 403
    assert "load it again" in answer.content.decode()


def test_an_address_that_is_none_gets_the_page_of_what_may_not_be_seen(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here that you may see." in answer.content.decode()


def test_a_fault_is_admitted(client: Client) -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Nothing was saved." in answer.content.decode()


@pytest.mark.parametrize("name", ["sign-in", "password-reset", "password-reset-sent"])
def test_pages_for_everybody_have_no_script_or_style_of_their_own(client: Client, name: str) -> None:
    shown = client.get(reverse(name)).content.decode()
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", shown)
