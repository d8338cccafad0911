import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.services.rebuild import rebuild
from analytics.services.refit import refit
from forms_app.selectors.lock_target import STUDY_TARGET
from tests.analytics import measured
from tests.cast import Cast
from tests.locking import put_on

pytestmark = pytest.mark.django_db(transaction=True)

RUN_FIELDS = {
    *("id", "fitted_at", "position", "data_hash", "statistics_digest", "code_version"),
    *("n_participants", "n_observations", "model", "method", "df_method", "information", "adjustment"),
    *("level", "covariance", "covariance_fitted", "covariance_parameters", "attempts", "converged"),
    *("iterations", "gradient_norm", "log_likelihood", "at_boundary", "messages", "estimates"),
}
ESTIMATE_FIELDS = {
    *("kind", "visit", "estimate", "se", "df", "lower", "upper", "statistic", "p"),
    *("p_adjusted", "lower_adjusted", "upper_adjusted"),
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
    assert (run["covariance"], run["covariance_fitted"], run["attempts"]) == ("un", "un", [])
    assert (run["method"], run["df_method"], run["information"]) == ("reml", "kenward-roger", "observed")
    assert (run["adjustment"], run["level"]) == ("multivariate-t", 0.95)
    assert [set(each) for each in run["covariance_parameters"]] == [{"name", "value"}] * 10
    assert all(isinstance(each["value"], float) for each in run["covariance_parameters"])
    assert body["since"] is None
    assert (run["converged"], run["messages"], run["at_boundary"]) == (True, [], [])
    assert run["iterations"] > 0
    assert 0 <= run["gradient_norm"] < 1e-6
    assert re.fullmatch(r"\d+/\d+:\d+:[\d,]*", run["position"])
    assert {frozenset(row) for row in run["estimates"]} == {frozenset(ESTIMATE_FIELDS)}
    assert [row["kind"] for row in run["estimates"]] == ["mean"] * 4 + ["change"] * 3


def test_adjusted_values_belong_to_the_changes(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    for row in client.get("/api/v1/analyses/pain/").json()["run"]["estimates"]:
        adjusted = [row["p_adjusted"], row["lower_adjusted"], row["upper_adjusted"]]
        if row["kind"] == "mean":
            assert adjusted == [None] * 3
        else:
            assert row["p"] < row["p_adjusted"]
            assert row["lower_adjusted"] < row["lower"] < row["upper"] < row["upper_adjusted"]


def test_a_fall_back_is_named_with_what_failed_before(cast: Cast, client: Client) -> None:
    measured.pain(cast, measured.PAIN[:4])
    refit("pain")
    run = client.get("/api/v1/analyses/pain/").json()["run"]
    assert (run["covariance"], run["converged"]) == ("un", True)
    assert run["covariance_fitted"] == "ar1h"
    assert [attempt["covariance"] for attempt in run["attempts"]] == ["un", "toeph"]
    assert all(attempt["reason"].endswith(".") for attempt in run["attempts"])
    assert any("fall-back" in message for message in run["messages"])


def test_looks_are_counted_and_said_to_be_no_test(cast: Cast, client: Client) -> None:
    people = measured.pain(cast)
    refit("pain")
    measured.correct_pain(cast, people[0], 8)
    refit("pain")
    body = client.get("/api/v1/analyses/pain/").json()
    assert body["looks"] == 2
    assert "14 %" in body["monitoring"]
    assert "32 %" in body["monitoring"]


def test_once_the_study_is_locked_it_is_said_instead(cast: Cast, client: Client) -> None:
    measured.pain(cast, measured.PAIN[:4])
    refit("pain")
    before = client.get("/api/v1/analyses/pain/")
    put_on(cast, STUDY_TARGET)
    after = client.get("/api/v1/analyses/pain/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["monitoring"].startswith("Study locked on ")


def test_what_changed_since_the_last_run_is_told(cast: Cast, client: Client) -> None:
    people = measured.pain(cast, measured.PAIN[:4])
    first = refit("pain")
    assert first is not None
    measured.pain(cast, measured.PAIN[4:])
    measured.correct_pain(cast, people[0], 8)
    refit("pain")
    body = client.get("/api/v1/analyses/pain/").json()
    since = body["since"]
    assert (since["run"], since["values"], since["participants"]) == (first.pk, 11, 3)
    assert (since["covariance_fitted"], body["run"]["covariance_fitted"]) == ("ar1h", "un")
    was = {(each.kind, each.visit): each.estimate for each in first.estimates.all()}
    for row, now in zip(since["estimates"], body["run"]["estimates"], strict=True):
        assert (row["kind"], row["visit"], row["now"]) == (now["kind"], now["visit"], now["estimate"])
        assert row["before"] == was[row["kind"], row["visit"]]
        assert row["difference"] == row["now"] - row["before"]


def test_the_newest_rebuild_is_told(cast: Cast, client: Client) -> None:
    measured.pain(cast)
    refit("pain")
    before = client.get("/api/v1/analyses/pain/")
    assert before.json()["rebuild"] is None
    made = rebuild("pain")
    assert made is not None
    after = client.get("/api/v1/analyses/pain/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["rebuild"]["agreed"] is True
    assert after.json()["rebuild"]["position"] == str(made.position)


def test_the_list_costs_as_many_queries_for_many_runs_as_for_one(cast: Cast, client: Client) -> None:
    people = measured.pain(cast)
    refit("pain")
    measured.correct_pain(cast, people[0], 9)
    refit("pain")
    rebuild("pain")
    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/analyses/")
    measured.with_motion(cast, people[0])
    refit("motion")
    rebuild("motion")
    measured.correct_pain(cast, people[0], 8)
    refit("pain")
    rebuild("pain")
    with CaptureQueriesContext(connection) as many:
        client.get("/api/v1/analyses/")
    assert len(many) == len(few)


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
    body = client.get("/api/v1/analyses/").json()["results"]
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
