import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import Contribution
from analytics.services.rebuild import rebuild
from analytics.services.refit import refit
from tests import journey
from tests.analytics import measured
from tests.analytics.screens.tree import Element, parse
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


def texts(client: Client, outcome: str) -> Element:
    """The panel of one outcome, for what a person reads in it."""
    (found,) = parse(page(client)).elements("section", **{"data-outcome": outcome})
    return found


def test_it_shows_estimates_with_model_convergence_and_data(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    run = refit("pain")
    assert run is not None
    shown = panel(client, "pain")
    change = run.estimates.get(kind="change", visit="W12")
    assert f"{change.estimate:.2f}".replace("-", "−") in shown
    for words in (run.model, "converged after", str(run.position), run.data_hash[:12], "1 look at the data"):
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


def test_a_fall_back_is_said_before_anything_else(cast: Cast, client: Client) -> None:
    # Perfectly parallel lines: an unstructured covariance of these visits cannot be estimated.
    measured.pain(cast, [(7, 5, 4, 2), (8, 6, 5, 3), (6, 4, 3, 1), (9, 7, 6, 4), (5, 3, 2, 1), (4, 3, 2, 1)])
    run = refit("pain")
    assert run is not None
    assert run.attempts
    shown = texts(client, "pain")
    notices = [notice.text() for notice in shown.elements("p", class_="notice")]
    assert notices[:1] == run.messages[:1]
    assert "was not fitted" in notices[0]


def test_monitoring_is_said_with_the_number_of_looks(cast: Cast, client: Client) -> None:
    participants = measured.pain(cast)
    refit("pain")
    assert "no 5 % test" in page(client)
    assert "Until the study is locked" in page(client)
    measured.correct_pain(cast, participants[0], 6)
    refit("pain")
    (looks,) = texts(client, "pain").elements("p", class_="looks")
    assert looks.text() == "Monitoring: 2 looks at the data so far"


def test_it_says_what_changed_since_the_last_run(cast: Cast, client: Client) -> None:
    participants = measured.pain(cast)
    first = refit("pain")
    assert first is not None
    assert not list(texts(client, "pain").elements(class_="since"))
    measured.correct_pain(cast, participants[0], 6)
    measured.baseline_pain(cast, 6)
    second = refit("pain")
    assert second is not None
    shown = texts(client, "pain")
    (since,) = shown.elements("p", class_="since")
    assert since.text().startswith("Since the last run: 1 value more, 1 participant more; change at Week 12 ")
    (table,) = shown.elements("table", class_="shifts")
    lines = [
        [cell.text() for cell in line.children if isinstance(cell, Element)] for line in table.elements("tr")
    ]
    assert lines[0] == ["Visit", "Estimate", f"Run {first.pk}", f"Run {second.pk}", "Moved"]
    assert [line[:2] for line in lines[1:]] == [
        *([visit, "Mean"] for visit in ("Baseline", "Week 1", "Week 2", "Week 12")),
        *([visit, "Change from Baseline"] for visit in ("Week 1", "Week 2", "Week 12")),
    ]
    assert all(line[4][0] in "▲▼=" for line in lines[1:])


def test_a_nightly_rebuild_that_agrees_is_said_quietly(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    assert "none yet" in panel(client, "pain")
    rebuild("pain")
    shown = texts(client, "pain")
    assert "the running statistics agree with all records, to the bit" in shown.text()
    assert not list(shown.elements("p", class_="error"))


def test_a_nightly_rebuild_that_disagrees_is_an_alarm(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    Contribution.objects.filter(outcome="pain").first().delete()  # type: ignore[union-attr]
    rebuild("pain")
    (alarm, *_) = texts(client, "pain").elements("p", class_="error")
    assert alarm.text().startswith("Alarm. At the nightly rebuild of ")
    assert "disagreed with the records; the rebuilt ones are used" in alarm.text()


def test_the_methods_can_be_copied_and_read_without_scripts(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    run = refit("pain")
    assert run is not None
    shown = texts(client, "pain")
    (button,) = shown.elements("button")
    assert "hidden" in button.attributes
    (methods,) = shown.elements(id=button.attributes["data-copies"])
    assert methods.text().startswith("Pain intensity (nrs_avg24, 0 to 10 points) was analysed by a linear")
    assert run.code_version in methods.text()
    assert all(isinstance(child, str) for child in methods.children)


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


def test_the_number_of_queries_does_not_grow_with_participants_or_runs(cast: Cast, client: Client) -> None:
    participants = measured.pain(cast)
    refit("pain")
    measured.correct_pain(cast, participants[0], 6)
    refit("pain")
    counts = []
    for value in (5, 4):
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
        measured.baseline_pain(cast, value)
        refit("pain")
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
