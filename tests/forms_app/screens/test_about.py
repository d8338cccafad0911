"""What is known about an item: its page, and the part of it that the panel shows."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forms_app.models import Query
from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.screens.pages import address, sent
from trial.models import Participant, Record

pytestmark = pytest.mark.django_db

MOST = 12


@pytest.fixture
def participant(cast: Cast) -> Participant:
    participant = journey.eligible(cast)
    journey.attend(cast.investigator, participant, "BL")
    return participant


@pytest.fixture
def record(cast: Cast, participant: Participant) -> Record:
    journey.save(cast.investigator, participant, "BL", "pain", answers.pain(6))
    changed = answers.pain(5, nrs_worst24=4)
    return journey.save(cast.investigator, participant, "BL", "pain", changed, 1, reason="Misheard").record


def about(record: Record, item: str = "nrs_avg24") -> str:
    return reverse("item", args=[record.participant.code, record.pk, item])


def text(response: Any) -> str:
    shown: str = response.content.decode()
    return shown


@pytest.mark.django_db(transaction=True)  # the ledger tells acts apart by their transactions
def test_the_history_of_an_item_says_who_what_why_and_how(cast: Cast, client: Client, record: Record) -> None:
    client.force_login(cast.monitor)
    shown = text(client.get(about(record)))
    assert "<del>6</del> → <ins>5</ins>" in shown
    assert "Ines North" in shown
    assert "Misheard" in shown
    assert "<del>4</del>" not in shown


def test_the_part_for_the_panel_has_no_frame(cast: Cast, client: Client, record: Record) -> None:
    client.force_login(cast.investigator)
    part = text(client.get(about(record) + "?part"))
    assert "<html" not in part
    assert 'data-part="history"' in part


def test_a_question_of_a_check_can_be_explained_from_the_panel(
    cast: Cast, client: Client, record: Record
) -> None:
    client.force_login(cast.investigator)
    part = text(client.get(about(record, "nrs_worst24") + "?part"))
    assert 'data-field="explain:nrs_worst24.worst_below_average"' in part


def test_a_monitor_asks_the_site_answers_the_monitor_settles(
    cast: Cast, client: Client, record: Record
) -> None:
    client.force_login(cast.monitor)
    ask = reverse("item-query", args=[record.participant.code, record.pk, "nrs_avg24"])
    assert client.post(ask, {"text": "Is this so?"}).headers["Location"] == about(record)
    query = Query.objects.get(check_code="manual-1")
    settle = reverse("query", args=[record.participant.code, record.pk, query.pk])
    assert 'value="answered"' not in text(client.get(about(record)))
    client.force_login(cast.coordinator)
    assert "Is this so?" in text(client.get(address(record.participant, "BL", "pain")))
    part = client.post(settle + "?part", {"move": "answered", "explanation": "It is"})
    assert "It is" in text(part)
    client.force_login(cast.monitor)
    client.post(settle, {"move": "closed"})
    query.refresh_from_db()
    assert (query.state, query.explanation) == ("closed", "It is")


def test_an_empty_question_is_refused_in_place_and_keeps_what_was_typed(
    cast: Cast, client: Client, record: Record
) -> None:
    client.force_login(cast.monitor)
    ask = reverse("item-query", args=[record.participant.code, record.pk, "nrs_avg24"])
    refused = client.post(ask + "?part", {"text": "x" * 301})
    assert refused.status_code == 422
    assert "x" * 301 in text(refused)
    assert 'role="alert"' in text(refused)


@pytest.mark.parametrize("item", ["nobody", "side.LEFT.level"])
def test_there_is_no_page_for_what_is_no_item(cast: Cast, client: Client, record: Record, item: str) -> None:
    client.force_login(cast.investigator)
    assert client.get(about(record, item)).status_code == 404


def test_a_comment_is_typed_on_the_page_and_shown_at_its_item(
    cast: Cast, client: Client, participant: Participant
) -> None:
    client.force_login(cast.investigator)
    page = address(participant, "BL", "pain")
    client.post(page, {**sent(answers.pain(6)), "comment:nrs_avg24": "Asked twice"})
    assert '<p class="remark">Asked twice</p>' in text(client.get(page))
    record = Record.objects.get(form="pain")
    assert "comment: <ins>Asked twice" in text(
        client.get(reverse("record-history", args=[participant.code, record.pk]))
    )


def test_a_comment_survives_a_refused_save(cast: Cast, client: Client, participant: Participant) -> None:
    client.force_login(cast.investigator)
    refused = client.post(
        address(participant, "BL", "pain"), {"nrs_avg24": "11", "comment:nrs_avg24": "Asked twice"}
    )
    assert refused.status_code == 422
    assert 'name="comment:nrs_avg24" value="Asked twice"' in text(refused)


@pytest.mark.parametrize("form", ["pain", "injection"])
def test_opening_a_form_takes_few_statements(cast: Cast, client: Client, form: str) -> None:
    visit = "INJ" if form == "injection" else "BL"
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, visit)
    day = journey.day_of(participant, visit)
    submission = answers.injection(day) if form == "injection" else answers.pain(6)
    page = address(participant, visit, form)
    client.force_login(cast.investigator)
    counts = [statements(client, page)]
    journey.save(cast.investigator, participant, visit, form, submission)
    counts.append(statements(client, page))
    assert max(counts) <= MOST, counts


def statements(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)
