"""The report: as of a position, the same for the same position, and filled by who asks for it."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.models import Supplement
from analytics.models.supplement import WAITING
from analytics.services import supplements
from analytics.services.refit import refit
from analytics.supplements import PARTS
from tests.analytics import measured
from tests.analytics.brief import brief_supplements, calculate_beside
from tests.analytics.screens.tree import Element, parse
from tests.cast import Cast
from tests.forms_app.paper.pdf import words
from trial import clock
from trial.audit import positions

pytestmark = pytest.mark.django_db(transaction=True)

REPORT, FILE = "/results/report/", "/results/report/report.pdf"
# Written so, but no snapshot: nothing, a time, an end before the beginning, transactions out of order, and
# what has not come yet.
NO_POSITION = (
    "",
    "yesterday",
    "1/7:3:",
    "1/3:9:8,4",
    "1/0:0:",
    "99999999999/1:1:",
    "999999/3:3:",
)


@pytest.fixture(autouse=True)
def less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    brief_supplements(monkeypatch)


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.statistician)
    return client


def page(client: Client, position: object) -> Element:
    answer = client.get(REPORT, {"position": str(position)})
    assert answer.status_code == 200
    (found,) = parse(answer.content.decode()).elements(id="report")
    return found


def calculate_all() -> None:
    for number in supplements.due():
        for piece in supplements.begin(number):
            supplements.calculate(number, piece)


@pytest.mark.parametrize("path", [REPORT, FILE])
def test_without_a_position_it_is_that_of_now(cast: Cast, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(path)
    (position,) = parse_qs(urlsplit(answer["Location"]).query)["position"]
    assert positions.parsed(position) == positions.current()


def test_the_same_position_gives_the_same_report(cast: Cast, client: Client) -> None:
    people = measured.pain(cast)
    refit("pain")
    calculate_beside("pain")
    then = positions.current()
    before = page(client, then).text()
    assert "W12" in before
    measured.correct_pain(cast, people[0], 4)
    measured.pain(cast, [(9, 9, 9, 9)])
    refit("pain")
    calculate_beside("pain")
    assert page(client, then).text() == before
    assert page(client, positions.current()).text() != before


def test_what_was_due_is_judged_at_the_position(cast: Cast, client: Client) -> None:
    measured.pain(cast, [(7, 5, None, None)])
    position = positions.current()
    before = page(client, position).text()
    assert "no visit recorded 1" in before
    with clock.turned_to(timezone.now() - timedelta(days=1000)):
        assert page(client, position).text() == before


def test_what_is_missing_is_asked_for_and_then_there(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    position = positions.current()
    found = page(client, position)
    assert f"Of {len(PARTS)} parts, 0 are calculated" in found.text()
    assert not list(found.elements("figure", class_="forest"))
    assert "hx-get" not in found.attributes
    answer = client.post(REPORT, {"position": str(position)})
    assert answer["Location"] == f"{REPORT}?position={str(position).replace('/', '%2F').replace(':', '%3A')}"
    asked = set(Supplement.objects.values_list("outcome", "part", "state"))
    assert asked == {("pain", part, WAITING) for part in PARTS}
    waiting = page(client, position)
    assert f"Being calculated: 0 of {len(PARTS)} parts" in waiting.text()
    assert waiting.attributes["hx-trigger"] == "every 5s"
    calculate_all()
    whole = page(client, position)
    assert len(list(whole.elements("figure", class_="forest"))) == 1
    assert "hx-get" not in whole.attributes
    assert "Not calculated yet." not in whole.text()


def test_asking_twice_calculates_once(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    position = str(positions.current())
    client.post(REPORT, {"position": position})
    kept = list(Supplement.objects.values_list("pk", flat=True))
    client.post(REPORT, {"position": position})
    assert list(Supplement.objects.values_list("pk", flat=True)) == kept


def test_an_outcome_without_a_model_says_why(cast: Cast, client: Client) -> None:
    measured.baseline_pain(cast, 7)
    found = page(client, positions.current())
    for outcome in ("pain", "motion", "disability"):
        (chapter,) = found.elements("section", **{"data-outcome": outcome})
        assert next(chapter.elements("p", class_="error")).text().endswith(".")
        assert [each.text() for each in chapter.elements("h3")] == ["The fit"]


@pytest.mark.parametrize("written", NO_POSITION)
@pytest.mark.parametrize("path", [REPORT, FILE])
def test_what_is_no_position_is_refused_in_a_sentence(client: Client, path: str, written: str) -> None:
    answer = client.get(path, {"position": written})
    assert answer.status_code == 422
    assert "position" in parse(answer.content.decode()).text()
    assert client.post(REPORT, {"position": written}).status_code == 422
    assert not Supplement.objects.exists()


def test_a_position_that_has_not_come_is_none(cast: Cast, client: Client) -> None:
    now = positions.current()
    ahead = positions.Position(now.epoch, f"3:{now.end + 1000}:")
    for path in (REPORT, FILE):
        assert client.get(path, {"position": str(ahead)}).status_code == 422


def test_the_file_is_the_same_for_the_same_position_and_kept_by_nobody(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    calculate_beside("pain")
    position = str(positions.current())
    answer = client.get(FILE, {"position": position})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="TLFI-PILOT_report_')
    text = words(answer.content)
    assert f"Asofposition{position}" in text
    again = words(client.get(FILE, {"position": position}).content)
    assert without_print_line(again) == without_print_line(text)


def without_print_line(text: str) -> str:
    """When it was printed stands on each page."""
    return (
        "".join(part.partition("UTCby")[2] for part in text.split("Printedon")) + text.split("Printedon")[0]
    )


def test_a_file_of_what_is_not_calculated_says_so(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    text = words(client.get(FILE, {"position": str(positions.current())}).content)
    assert f"Notcomplete:0of{len(PARTS)}partsarecalculated." in text
    assert text.count("Notcalculatedyet.") == len(PARTS)


def test_participants_of_another_site_are_not_named(cast: Cast, client: Client) -> None:
    people = measured.pain(cast)
    refit("pain")
    calculate_beside("pain")
    position = str(positions.current())
    assert people[0].code in words(client.get(FILE, {"position": position}).content)
    client.force_login(cast.southern_investigator)
    html = client.get(REPORT, {"position": position}).content.decode()
    text = words(client.get(FILE, {"position": position}).content)
    assert not [person for person in people if person.code in html or person.code in text]
    assert "not of your sites" in html


def test_who_may_not_see_estimates_gets_no_report(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    for path in (REPORT, FILE, reverse("results-safety")):
        assert client.get(path, {"position": "1/3:3:"}).status_code == 403


def test_page_and_file_say_what_keeps_a_reader_from_believing_too_much(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.SYNTHETIC_DATA = True
    measured.pain(cast, (*measured.PAIN, (10, 10, 0, 10)))
    refit("pain")
    calculate_beside("pain")
    position = {"position": str(positions.current())}
    page = " ".join(client.get(REPORT, position).content.decode().split())
    paper = "".join(words(client.get(FILE, position).content).split())
    for said in (
        "Until the study is locked, nothing here is confirmed.",
        "Synthetic data.",
        "Neither is valid when values are missing at random.",
        "Intervals by the jackknife.",
        "Awaited, because their next visit is not over:",
        "Its last event was on",
    ):
        assert said in page
        assert said.replace(" ", "") in paper
