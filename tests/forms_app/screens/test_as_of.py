"""The casebook as it was, on the page and as PDF."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.paper.pdf import squeezed, words
from tests.sealing import own_place
from trial.audit import seals
from trial.models import Membership, Participant, Seal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> None:
    own_place(settings, tmp_path)


def sealed() -> Seal:
    """The newest seal, with all that was written so far under it."""
    seals.seal_all()
    newest = seals.latest()
    assert newest is not None
    return newest


@pytest.fixture
def participant(cast: Cast, client: Client) -> Participant:
    client.force_login(cast.monitor)
    return journey.with_outcomes(cast)


def correct(cast: Cast, participant: Participant) -> None:
    journey.save(
        cast.investigator, participant, "W1", "pain", answers.pain(2), 1, reason="Read again from the paper"
    )


def page(
    client: Client, participant: Participant, name: str = "casebook", **asked: str | int
) -> HttpResponse:
    return client.get(reverse(name, args=[participant.code]), asked)  # type: ignore[return-value]


@pytest.mark.requirement("P11.10e")
def test_the_casebook_is_read_as_of_a_seal(cast: Cast, client: Client, participant: Participant) -> None:
    before = sealed()
    correct(cast, participant)
    after = sealed()
    then = page(client, participant, as_of=before.number).content.decode()
    assert "Read again from the paper" not in then
    assert f"As of seal {before.number}, " in then
    assert "today it may differ" in then
    assert f"casebook.pdf?as_of={before.number}" in then
    for later in (page(client, participant, as_of=after.number), page(client, participant)):
        assert "Read again from the paper" in later.content.decode()
    assert "today it may differ" not in page(client, participant).content.decode()


def test_the_pdf_says_as_of_when_on_each_page(cast: Cast, client: Client, participant: Participant) -> None:
    before = sealed()
    correct(cast, participant)
    pdf = page(client, participant, "casebook-pdf", as_of=before.number)
    said = words(pdf.content)
    assert f"_casebook_as-of-seal-{before.number}.pdf" in pdf["Content-Disposition"]
    assert squeezed("Read again from the paper") not in said
    assert said.count(squeezed(f"As of seal {before.number}, ")) > 2


def test_of_a_day_the_last_seal_on_it_or_before_is_read(
    cast: Cast, client: Client, participant: Participant
) -> None:
    first = sealed()
    correct(cast, participant)
    second = sealed()
    today = participant.site.today()
    Seal.objects.using("owner").filter(pk=first.pk).update(sealed_at=first.sealed_at - timedelta(days=3))
    for days, number in ((0, second.number), (2, first.number), (3, first.number)):
        day = today - timedelta(days=days)
        assert (
            f"As of seal {number}, " in page(client, participant, as_of_day=day.isoformat()).content.decode()
        )
    early = page(client, participant, as_of_day=(today - timedelta(days=4)).isoformat())
    assert (early.status_code, b"No seal is as old as that" in early.content) == (404, True)


@pytest.mark.parametrize("number", ["99", "x", "-1", "1.0", "１", "9" * 40])
def test_a_seal_that_is_not_there_is_refused_clearly(
    client: Client, participant: Participant, number: str
) -> None:
    last = sealed()
    answer = page(client, participant, as_of=number)
    assert answer.status_code == 404
    assert f"The last one is {last.number}" in answer.content.decode()


def test_a_day_that_is_none_is_refused(client: Client, participant: Participant) -> None:
    assert page(client, participant, as_of_day="2026-02-30").status_code == 400


def test_who_was_not_there_yet_is_said_so(cast: Cast, client: Client, participant: Participant) -> None:
    before = sealed()
    later = journey.added(cast)
    answer = page(client, later, as_of=before.number)
    assert (answer.status_code, b"was added after seal" in answer.content) == (404, True)


def test_the_rights_are_those_of_today(cast: Cast, client: Client, participant: Participant) -> None:
    number = sealed().number
    Membership.objects.using("owner").filter(user=cast.monitor).delete()
    assert page(client, participant, as_of=number).status_code == 404
    client.force_login(cast.southern_investigator)
    assert page(client, participant, as_of=number).status_code == 404


def test_the_past_costs_a_few_statements_more_than_today(client: Client, participant: Participant) -> None:
    number = sealed().number

    def cost(**asked: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page(client, participant, "casebook", **asked).status_code == 200
        return len(captured)

    today = cost()
    assert cost(as_of=number) <= today + 5
