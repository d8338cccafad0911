import re

import pytest
from django.test import Client

from analytics.services.refit import refit
from tests.analytics import measured
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

RUN_FIELDS = {
    *("id", "fitted_at", "position", "data_hash", "n_participants", "n_observations", "model"),
    *("covariance", "method", "df_method", "adjustment", "converged", "messages", "estimates"),
}
ESTIMATE_FIELDS = {
    *("kind", "visit", "estimate", "se", "df", "lower", "upper", "statistic", "p", "p_adjusted"),
}


@pytest.fixture
def client(cast: Cast, client: Client) -> Client:
    client.force_login(cast.statistician)
    return client


def test_an_analysis_tells_its_status_and_its_newest_run(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    body = client.get("/api/v1/analyses/pain/").json()
    assert (body["outcome"], body["status"]) == ("pain", "current")
    run = body["run"]
    assert set(run) == RUN_FIELDS
    assert (run["covariance"], run["method"], run["df_method"], run["adjustment"]) == (
        *("un", "reml", "satterthwaite"),
        "holm",
    )
    assert re.fullmatch(r"\d+/\d+:\d+:[\d,]*", run["position"])
    assert {frozenset(row) for row in run["estimates"]} == {frozenset(ESTIMATE_FIELDS)}
    assert [row["kind"] for row in run["estimates"]] == ["mean"] * 4 + ["change"] * 3


def test_before_the_first_fit_there_is_no_run(client: Client) -> None:
    body = client.get("/api/v1/analyses/disability/").json()
    assert (body["status"], body["run"]) == ("none", None)


def test_a_failed_fit_says_why_in_words(cast: Cast, client: Client) -> None:
    measured.baseline_pain(cast, 7)
    refit("pain")
    body = client.get("/api/v1/analyses/pain/").json()
    assert body["status"] == "failed"
    assert (body["run"]["converged"], body["run"]["estimates"]) == (False, [])
    assert body["run"]["messages"][0].endswith(".")


def test_data_that_the_run_has_not_seen_make_it_stale(cast: Cast, client: Client) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    measured.correct_pain(cast, participant, 6)
    assert client.get("/api/v1/analyses/pain/").json()["status"] == "stale"


def test_the_list_has_every_declared_analysis(client: Client) -> None:
    body = client.get("/api/v1/analyses/").json()
    assert [analysis["outcome"] for analysis in body] == ["pain", "motion", "disability"]


def test_a_client_that_has_it_already_gets_304_until_something_changes(cast: Cast, client: Client) -> None:
    participant = measured.baseline_pain(cast, 7)
    refit("pain")
    for address in ("/api/v1/analyses/", "/api/v1/analyses/pain/"):
        tag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    measured.correct_pain(cast, participant, 6)
    changed = client.get("/api/v1/analyses/pain/", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["status"]) == (200, "stale")


def test_an_outcome_that_is_not_declared_is_not_found(client: Client) -> None:
    answer = client.get("/api/v1/analyses/happiness/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("address", ["/api/v1/analyses/", "/api/v1/analyses/pain/"])
@pytest.mark.parametrize(
    "role", ["coordinator", "monitor", "data_manager", "administrator", "stranger", "former"]
)
def test_who_may_not_see_estimates_is_refused(cast: Cast, client: Client, role: str, address: str) -> None:
    client.force_login(getattr(cast, role))
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (403, "right")


def test_who_is_not_signed_in_is_asked_to(cast: Cast, client: Client) -> None:
    client.logout()
    assert client.get("/api/v1/analyses/").status_code == 401
