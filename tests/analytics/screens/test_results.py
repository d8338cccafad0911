import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.services.refit import refit
from tests import journey
from tests.analytics import measured
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.investigator)
    return client


def page(client: Client, name: str = "results") -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


def panel(client: Client, outcome: str) -> str:
    """What the page says about one outcome."""
    (found,) = re.findall(rf'<section [^>]*data-outcome="{outcome}".*?</section>', page(client), re.DOTALL)
    return str(found)


def test_it_shows_estimates_with_model_convergence_and_data(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    run = refit("pain")
    assert run is not None
    shown = panel(client, "pain")
    change = run.estimates.get(kind="change", visit="W12")
    assert f"{change.estimate:.2f}".replace("-", "−") in shown
    for words in (run.model, "Converged", str(run.position), run.data_hash[:12], "1 at the data so far"):
        assert words in shown
    assert shown.count('class="mean-dot"') == 4
    assert shown.count('class="participant"') == 7
    assert 'role="img"' in shown


def test_a_failed_fit_shows_its_sentence_and_no_estimates(cast: Cast, client: Client) -> None:
    measured.baseline_pain(cast, 7)
    run = refit("pain")
    assert run is not None
    shown = panel(client, "pain")
    assert run.messages[0] in shown
    assert "Not estimated" in shown
    assert "mean-dot" not in shown


def test_it_says_refitting_while_it_has_not_seen_all_data(cast: Cast, client: Client) -> None:
    participant = measured.baseline_pain(cast, 7)
    assert "Refitting" in panel(client, "pain")
    refit("pain")
    assert "Refitting" not in panel(client, "pain")
    measured.correct_pain(cast, participant, 6)
    assert "Refitting" in panel(client, "pain")


def test_an_outcome_without_data_says_so(client: Client) -> None:
    assert "No data yet" in panel(client, "disability")


def test_the_part_that_refreshes_answers_304_while_nothing_changed(cast: Cast, client: Client) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    address = reverse("results-analyses")
    tag = client.get(address)["ETag"]
    assert tag.strip('"') in page(client)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    measured.correct_pain(cast, participant, 6)
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "Refitting" in changed.content.decode()


def test_lines_are_drawn_only_of_participants_whom_the_person_may_see(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    client.force_login(cast.southern_investigator)
    shown = panel(client, "pain")
    assert shown.count('class="mean-dot"') == 4
    assert 'class="participant"' not in shown


def test_the_number_of_queries_does_not_grow_with_participants(cast: Cast, client: Client) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
        measured.baseline_pain(cast, 5)
    assert counts[0] == counts[1]


def test_nothing_on_the_page_breaks_the_content_policy(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    shown = page(client)
    assert not re.search(r"<[^>]+\sstyle=", shown)
    assert not re.search(r"<script(?![^>]*\ssrc=)", shown)
    assert not re.search(r"\son[a-z]+=", shown)


@pytest.mark.parametrize("name", ["results", "results-analyses"])
@pytest.mark.parametrize(
    "role", ["coordinator", "monitor", "data_manager", "administrator", "stranger", "former"]
)
def test_who_may_not_see_estimates_is_refused(cast: Cast, client: Client, role: str, name: str) -> None:
    client.force_login(getattr(cast, role))
    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["results", "results-analyses", "exports"])
def test_who_is_not_signed_in_is_led_there(client: Client, name: str) -> None:
    client.logout()
    answer = client.get(reverse(name))
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('sign-in')}?next={reverse(name)}")


def test_the_notes_of_the_protocol_are_there(cast: Cast, client: Client) -> None:
    journey.added(cast)
    assert "week 4 is declared and switched off" in page(client)
