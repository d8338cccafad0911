from typing import Any

import pytest
from django.utils import timezone

from analytics.models import Contribution, Description, Estimate, Rebuild, Run, RunningStatistics
from tests import sql

pytestmark = pytest.mark.django_db


def run(**changes: Any) -> Run:
    values: dict[str, Any] = {
        "outcome": "pain",
        "status": "ok",
        "fitted_at": timezone.now(),
        "epoch": 1,
        "snapshot": "10:12:10",
        "data_hash": "0" * 64,
        "spec": {},
        "code_version": "engine 0",
        "n_participants": 1,
        "n_observations": 1,
        "model": "A model",
        "covariance": "un",
        "method": "reml",
        "df_method": "satterthwaite",
        "adjustment": "holm",
        "level": 0.95,
        "converged": True,
        "messages": [],
    }
    return Run.objects.create(**{**values, **changes})


def estimate(**changes: Any) -> Estimate:
    values: dict[str, Any] = {
        "kind": "change",
        "visit": "W1",
        "estimate": -1.0,
        "se": 0.5,
        "df": 10.0,
        "lower": -2.0,
        "upper": 0.0,
        "statistic": -2.0,
        "p": 0.07,
        "p_adjusted": 0.14,
    }
    return Estimate.objects.create(**{"run": run(), **values, **changes})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"status": "perhaps"}, "run_(status_code|failed_says_why)"),
        ({"data_hash": "short"}, "run_data_hash_form"),
        ({"statistics_digest": "short"}, "run_statistics_digest_form"),
        ({"level": 1.0}, "run_level_range"),
        ({"status": "failed"}, "run_failed_says_why"),
        ({"status": "failed", "converged": False}, "run_failed_says_why"),
        ({"converged": False}, "run_failed_says_why"),
        ({"snapshot": "yesterday"}, "pg_snapshot"),
    ],
)
def test_a_run_that_cannot_be_true_is_refused(changes: dict[str, Any], name: str) -> None:
    with sql.refused(name):
        run(**changes)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"kind": "median"}, "estimate_kind_code"),
        ({"se": 0.0}, "estimate_se_range"),
        ({"df": 0.0}, "estimate_df_range"),
        ({"lower": -0.5}, "estimate_interval_order"),
        ({"p": -0.1}, "estimate_p_range"),
        ({"p_adjusted": 0.01}, "estimate_p_adjusted_range"),
        ({"p_adjusted": None}, "estimate_p_adjusted_range"),
        ({"kind": "mean"}, "estimate_p_adjusted_range"),
        ({"lower_adjusted": -0.9, "upper_adjusted": 0.5}, "estimate_interval_adjusted_order"),
        ({"lower_adjusted": -2.5, "upper_adjusted": -1.1}, "estimate_interval_adjusted_order"),
        ({"lower_adjusted": -2.5}, "estimate_interval_adjusted_order"),
        ({"upper_adjusted": 0.5}, "estimate_interval_adjusted_order"),
        (
            {"kind": "mean", "p_adjusted": None, "lower_adjusted": -2.5, "upper_adjusted": 0.5},
            "estimate_interval_adjusted_order",
        ),
    ],
)
def test_an_estimate_that_cannot_be_true_is_refused(changes: dict[str, Any], name: str) -> None:
    with sql.refused(name):
        estimate(**changes)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"n": 0, "mean": 1.0}, "description_mean_with_values"),
        ({"n": 2, "sd": 1.0}, "description_mean_with_values"),
        ({"n": 2, "mean": 1.0}, "description_sd_with_values"),
        ({"n": 2, "mean": 1.0, "sd": -1.0}, "description_sd_with_values"),
    ],
)
def test_a_description_that_cannot_be_true_is_refused(values: dict[str, Any], name: str) -> None:
    with sql.refused(name):
        Description.objects.create(run=run(), visit="BL", **values)


def test_a_visit_has_one_estimate_of_each_kind() -> None:
    first = estimate()
    with sql.refused("estimate_once"):
        estimate(run=first.run)


def rebuild(**changes: Any) -> Rebuild:
    values: dict[str, Any] = {
        "outcome": "pain",
        "at": timezone.now(),
        "epoch": 1,
        "snapshot": "10:12:10",
        "agreed": True,
        "running_digest": "0" * 64,
        "rebuilt_digest": "0" * 64,
        "n_participants": 1,
    }
    return Rebuild.objects.create(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"running_digest": "short", "agreed": False}, "rebuild_digest_form"),
        ({"rebuilt_digest": "1" * 64}, "rebuild_agreed_is_equal"),
        ({"agreed": False}, "rebuild_agreed_is_equal"),
        ({"running_digest": ""}, "rebuild_agreed_is_equal"),
    ],
)
def test_a_rebuild_that_cannot_be_true_is_refused(changes: dict[str, Any], name: str) -> None:
    rebuild()
    rebuild(agreed=False, rebuilt_digest="1" * 64)
    with sql.refused(name):
        rebuild(**changes)


def running(**changes: Any) -> RunningStatistics:
    values = {"outcome": "pain", "shape": "0" * 64, "epoch": 1, "snapshot": "10:12:10"}
    return RunningStatistics.objects.create(**{**values, "statistics": b"", "content": b"", **changes})


def test_running_statistics_that_cannot_be_true_are_refused() -> None:
    running()
    with sql.refused("outcome"):
        running()
    with sql.refused("running_statistics_shape_form"):
        running(outcome="motion", shape="round")


def test_a_participant_contributes_once_to_an_outcome() -> None:
    Contribution.objects.create(outcome="pain", participant="01-001", quanta=[7, None])
    Contribution.objects.create(outcome="motion", participant="01-001", quanta=[7, None])
    with sql.refused("contribution_once"):
        Contribution.objects.create(outcome="pain", participant="01-001", quanta=[1, None])


@pytest.mark.parametrize(
    "table", ["analytics_run", "analytics_estimate", "analytics_description", "analytics_rebuild"]
)
@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}", "truncate {}"])
def test_the_app_role_cannot_change_what_was_once_estimated(table: str, statement: str) -> None:
    with sql.refused("permission denied"):
        sql.run(statement.format(table))
