"""Locked data on the screens, and the pages on which they are locked and unlocked."""

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCKED
from forms_app.selectors import lock_target
from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.screens.pages import address, sent
from tests.locking import put_on, second_data_manager
from trial.models import Participant, Record, User, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def treated(cast: Cast) -> Participant:
    return journey.with_outcomes(cast)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.requirement("E6.13")
@pytest.mark.parametrize("kind", [FROZEN, LOCKED])
def test_each_page_of_locked_data_says_so_and_offers_no_change(
    cast: Cast, treated: Participant, kind: str
) -> None:
    put_on(cast, lock_target.of_participant(treated), kind)
    client = signed_in(cast.investigator)
    pages = {
        "form": address(treated, "W1", "pain"),
        "form not begun": address(treated, "W1", "interval"),
        "visit": reverse("visit", args=[treated.code, "W1"]),
        "participant": reverse("participant", args=[treated.code]),
        "new entry": reverse("log-new", args=[treated.code, "medication"]),
        "deviations": reverse("deviations", args=[treated.code]),
        "images": reverse("attachments", args=[treated.code, "INJ", "injection"]),
    }
    for name, path in pages.items():
        page = text(client, path)
        assert f"The participant is {kind}" in page, name
        assert "end of the study" in page, name
        assert "Dario North" in page, name
        for offer in ("data-key=", "Take it out", "Store the image", "Judge…", "Fill in<", "Enrol"):
            assert offer not in page, (name, offer)


def test_what_was_typed_stays_when_the_lock_came_in_between(cast: Cast, treated: Participant) -> None:
    put_on(cast, lock_target.of_participant(treated))
    client = signed_in(cast.investigator)
    typed = sent(answers.pain(3), version=1, reason="Misheard while locked")
    refused = client.post(address(treated, "W1", "pain"), typed)
    assert refused.status_code == 409
    assert "Misheard while locked" in refused.content.decode()
    visit = {"version": 1, "occurred": "Y", "visit_date": "2026-01-02", "contact_mode": "IN PERSON"}
    told = client.post(reverse("visit", args=[treated.code, "W1"]), {**visit, "reason": "Misread then"})
    assert "Misread then" in told.content.decode()


@pytest.mark.parametrize("path", ["visit", "form"])
def test_a_correction_without_a_reason_keeps_what_was_typed(
    cast: Cast, treated: Participant, path: str
) -> None:
    client = signed_in(cast.investigator)
    if path == "form":
        told = client.post(address(treated, "W1", "pain"), sent(answers.pain(3), version=1))
    else:
        typed = {"version": 1, "occurred": "Y", "contact_mode": "IN PERSON"}
        typed["visit_date"] = treated.site.today().isoformat()
        told = client.post(reverse("visit", args=[treated.code, "W1"]), typed)
        assert f'value="{typed["visit_date"]}"' in told.content.decode()
    assert told.status_code == 422
    assert "A reason is needed" in told.content.decode()
    assert Visit.objects.get(participant=treated, code="W1").version == 1
    assert Record.objects.get(participant=treated, visit__code="W1", form="pain").version == 1


def test_nobody_is_offered_a_site_that_is_closed(cast: Cast, treated: Participant) -> None:
    put_on(cast, lock_target.of_site(treated.site), FROZEN)
    page = text(signed_in(cast.coordinator), reverse("participant-add"))
    assert "nobody is added there" in page
    assert "Begin screening" not in page


@pytest.mark.requirement("E6.13")
def test_a_site_is_locked_and_unlocked_on_the_pages(cast: Cast, treated: Participant) -> None:
    by, second = signed_in(cast.data_manager), signed_in(second_data_manager(cast))
    new = reverse("lock-new")
    offer = text(by, f"{new}?scope=site&site=01")
    assert "Forms not begun" in offer
    choice = {"scope": "site", "site": "01", "kind": "locked", "reason": "all data are in"}
    unseen = by.post(new, choice)
    assert unseen.status_code == 409
    assert "all data are in" in unseen.content.decode()
    seen = unseen.context["found"].sign
    locked = by.post(new, {**choice, "seen": seen})
    lock = Lock.objects.get()
    assert locked["Location"] == reverse("lock", args=[lock.pk])
    one = reverse("lock", args=[lock.pk])
    assert by.post(one, {"move": "request", "reason": "a late report"}).status_code == 302
    assert "Decide" in text(second, reverse("locks"))
    assert "Take the request back" in text(by, one)
    assert second.post(one, {"move": "approve", "reason": ""}).status_code == 422
    assert second.post(one, {"move": "approve", "reason": "agreed by telephone"}).status_code == 302
    lock.refresh_from_db()
    assert lock.released_at
    assert "Taken off" in text(by, reverse("locks"))
    assert "agreed by telephone" in text(by, one)


@pytest.mark.requirement("E6.13")
def test_the_report_of_a_lock_is_read_and_downloaded_of_ones_own_sites(
    cast: Cast, treated: Participant
) -> None:
    journey.consented(cast, journey.added_south(cast), by=cast.southern_investigator)
    put = put_on(cast, lock_target.STUDY_TARGET)
    client = signed_in(cast.auditor)
    page = text(client, reverse("lock", args=[put.pk]))
    assert "At sites that are not yours:" in page
    assert "02-001" not in page
    rows = list(csv.DictReader(StringIO(text(client, reverse("lock-report", args=[put.pk])))))
    own = [each for each in put.report["points"] if each["site"] == "01"]
    assert len(rows) == len(own)
    assert {row["site"] for row in rows} == {"01"}
    pdf = client.get(reverse("lock-report-pdf", args=[put.pk]))
    assert pdf.content.startswith(b"%PDF")


def test_what_is_not_there_is_said_where_it_was_chosen(cast: Cast, treated: Participant) -> None:
    client = signed_in(cast.data_manager)
    new = reverse("lock-new")
    assert "Look at what is open" in text(client, new)
    assert "There is nothing here" in text(client, f"{new}?scope=participant&participant=99-999", 404)
    assert "Look at what is open" in text(client, f"{new}?scope=country", 400)
    assert text(client, f"{new}?scope=study")
    assert client.post(new, {"scope": "study", "kind": "sealed", "reason": "x"}).status_code == 400
    assert client.post(reverse("locks") + "999999999999999999999/").status_code == 404
