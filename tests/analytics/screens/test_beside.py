"""The pages beside the estimates: what they say before there is anything, and to whom."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import Run, Supplement
from analytics.services import supplements
from analytics.services.refit import refit
from analytics.supplements import PARTS
from tests.analytics import measured
from tests.analytics.brief import brief_supplements, calculate_beside
from tests.analytics.screens.tree import Element, parse
from tests.cast import Cast
from trial.models import Participant
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]


@pytest.fixture(autouse=True)
def less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    brief_supplements(monkeypatch)


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.investigator)
    return client


def fitted() -> Run:
    run = refit("pain")
    assert run is not None
    return run


def page(client: Client, part: str) -> Element:
    answer = client.get(reverse(f"results-{part}"))
    assert answer.status_code == 200
    return parse(answer.content.decode())


def panel(client: Client, part: str) -> Element:
    (found,) = page(client, part).elements("section", **{"data-outcome": "pain"})
    return found


def standing(found: Element) -> str:
    return next(found.elements(class_="standing")).text()


@pytest.mark.parametrize("part", PARTS)
def test_without_data_each_page_says_so_and_does_not_wait(client: Client, part: str) -> None:
    found = page(client, part)
    assert {standing(each) for each in found.elements("section", class_="analysis")} == {"○ No data yet"}
    assert not list(found.elements("figure"))
    assert "hx-get" not in next(found.elements(id="beside")).attributes


@pytest.mark.parametrize("part", PARTS)
def test_before_the_data_are_quiet_it_is_said_when_it_begins(cast: Cast, client: Client, part: str) -> None:
    measured.pain(cast)
    fitted()
    said = f"↻ Calculated once the data have not changed for {PARTS[part].quiet_s} seconds"
    assert standing(panel(client, part)) == said
    assert next(page(client, part).elements(id="beside")).attributes["hx-trigger"] == "every 5s"


def test_while_it_is_calculated_it_is_said_how_far_it_is(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    run = fitted()
    supplements.ask(PAIN, run.data_hash, run.position, ["planning"])
    found = Supplement.objects.get()
    first, *others = supplements.begin(found.pk)
    supplements.calculate(found.pk, first)
    total = 1 + len(others)
    assert standing(panel(client, "planning")) == f"↻ Being calculated: 1 of {total} parts"
    (progress,) = panel(client, "planning").elements("progress")
    assert progress.attributes["value"] == str(100 // total)


def test_what_is_of_earlier_data_is_shown_and_said_to_be(cast: Cast, client: Client) -> None:
    people = measured.pain(cast)
    fitted()
    calculate_beside("pain")
    assert standing(panel(client, "influence")) == "✓ Current"
    before = next(panel(client, "influence").elements("table")).text()
    measured.correct_pain(cast, people[0], 4)
    fitted()
    found = panel(client, "influence")
    assert standing(found).startswith("↻")
    assert "What follows is of earlier data." in found.text()
    assert next(found.elements("table")).text() == before


def test_without_a_model_the_sentence_of_the_engine_stands_there(cast: Cast, client: Client) -> None:
    measured.baseline_pain(cast, 7)
    run = fitted()
    found = panel(client, "diagnostics")
    assert standing(found) == "✕ Not estimated"
    assert run.messages[0] in found.text()
    assert not list(found.elements("figure"))


def test_a_part_that_failed_says_why(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    run = fitted()
    supplements.ask(PAIN, "0" * 64, run.position, ["influence"])
    supplements.begin(Supplement.objects.get().pk)
    Supplement.objects.update(data_hash=run.data_hash)
    found = panel(client, "influence")
    assert standing(found) == "✕ Not estimated"
    assert supplements.LOST in found.text()


def test_who_may_see_the_data_is_led_to_the_casebooks(cast: Cast, client: Client) -> None:
    people = measured.pain(cast)
    fitted()
    calculate_beside("pain")
    (table,) = panel(client, "influence").elements("table")
    links = {link.text(): link.attributes["href"] for link in table.elements("a")}
    assert links == {person.code: reverse("participant", args=[person.code]) for person in people}


@pytest.mark.parametrize("part", ["influence", "diagnostics"])
def test_participants_of_another_site_are_not_named(cast: Cast, client: Client, part: str) -> None:
    rows = (*measured.PAIN, (1, 1, 10, 1), (10, 10, 0, 10))
    measured.pain(cast, rows)
    fitted()
    calculate_beside("pain")
    client.force_login(cast.southern_investigator)
    answer = client.get(reverse(f"results-{part}")).content.decode()
    assert not [code for code in Participant.objects.values_list("code", flat=True) if code in answer]
    if part == "influence":
        cells = [row.cells()[0] for row in panel(client, part).elements("tr")][1:]
        assert set(cells) == {"not of your sites"}


@pytest.mark.parametrize("part", PARTS)
def test_as_many_queries_for_many_participants_as_for_few(cast: Cast, client: Client, part: str) -> None:
    measured.pain(cast, measured.PAIN[:5])
    fitted()
    calculate_beside("pain")
    page(client, part)
    with CaptureQueriesContext(connection) as few:
        page(client, part)
    measured.pain(cast)
    fitted()
    calculate_beside("pain")
    with CaptureQueriesContext(connection) as many:
        page(client, part)
    assert len(many) == len(few)
