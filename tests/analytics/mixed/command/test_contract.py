"""Names, keys, orders and notes, as docs/reference/command-line.md promises them."""

from pathlib import Path

import numpy as np
import pytest

from analytics.mixed.adjustment import single_step
from tests.analytics.mixed.command.commands import ORDER, Run, agree, arguments, trial


def test_names_and_keys_are_those_of_the_contract(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), *ORDER, "--covariate", "age", "--covariate", "sex"])
    assert list(found["beta"]) == [
        *("(Intercept)", "age", "sexM", "armlow", "armhigh", "visitW1", "visitW2"),
        *("armlow:visitW1", "armhigh:visitW1", "armlow:visitW2", "armhigh:visitW2"),
    ]
    assert set(found) >= {
        *("beta", "vcov", "vcov_adjusted", "covariance_parameters", "covariance_matrix", "loglik"),
        *("criterion", "n_participants", "n_observations", "converged", "warnings", "coefficients"),
        *("means", "changes", "differences", "differences_in_change", "covariance", "method", "df_method"),
        *("information", "kenward_roger", "iterations", "gradient_norm", "at_boundary", "attempts"),
        *("visits", "arms", "notes", "n_rows_without_outcome", "tests", "family"),
    }
    numbers = {"estimate", "se", "df", "t", "p", "lower", "upper"}
    assert set(found["coefficients"][0]) == numbers | {"name"}
    assert set(found["means"][0]) == numbers | {"visit", "arm"}
    assert set(found["changes"][0]) == numbers | {"visit", "arm", "p_adjusted", "adjusted"}
    assert set(found["changes"][0]["p_adjusted"]) == {
        "multivariate-t",
        "holm",
        "bonferroni",
        "fixed-sequence",
    }
    assert set(found["changes"][0]["adjusted"]["holm"]) == {"lower", "upper"}
    assert "SAS DDFM=KR" in found["kenward_roger"]
    assert found["criterion"] == -2 * found["loglik"]


def test_orders_choose_and_sort_visits_and_arms(run: Run, tmp_path: Path) -> None:
    command = trial(tmp_path / "a.csv")
    by_text = run([*command, "--arm", "arm"])
    assert by_text["visits"] == ["BL", "W1", "W2"]
    assert by_text["arms"] == ["high", "low", "placebo"]
    chosen = run(
        [
            *(*command, "--arm", "arm", "--arm-order", "placebo,high"),
            *("--visit-order", "W2,BL", "--baseline-visit", "BL"),
        ]
    )
    assert (chosen["arms"], chosen["visits"]) == (["placebo", "high"], ["W2", "BL"])
    assert {row["visit"] for row in chosen["changes"]} == {"W2"}
    assert chosen["notes"] == [
        "Visit W1 is left out, because --visit-order does not name it (36 values).",
        "12 participants are left out, because --arm-order does not name their arm: low.",
    ]


def test_visits_sort_as_numbers_where_all_are(run: Run, tmp_path: Path) -> None:
    assert run(trial(tmp_path / "a.csv", visits=("2", "10", "-1.5")))["visits"] == ["-1.5", "2", "10"]


def test_a_slope_is_named_after_its_column(run: Run, tmp_path: Path) -> None:
    command = [*trial(tmp_path / "a.csv"), "--time", "week", "--mean", "slope", "--covariance", "ri"]
    assert list(run(command)["beta"]) == ["(Intercept)", "week"]
    by_arm = run([*command, *ORDER])
    assert list(by_arm["beta"])[-3:] == ["week", "armlow:week", "armhigh:week"]
    assert [row["term"] for row in by_arm["tests"]] == ["arm", "week", "arm:week"]


def test_a_covariate_may_have_its_effect_at_each_visit(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--covariate", "age:visit"])
    assert list(found["beta"])[-3:] == ["age", "age:visitW1", "age:visitW2"]
    assert [row["term"] for row in found["tests"]] == ["age", "age:visit", "visit"]


def test_arms_that_the_mean_does_not_tell_apart_are_left_out_with_a_note(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--arm", "arm", "--mean", "visit"])
    assert list(found["beta"]) == ["(Intercept)", "visitW1", "visitW2"]
    assert found["notes"] == [
        "The arms are left out of the model, because --mean visit does not tell them apart."
    ]


def test_an_order_of_arms_chooses_participants_whatever_the_mean(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--arm", "arm", "--arm-order", "placebo,low", "--mean", "visit"])
    assert found["n_participants"] == 24
    assert found["arms"] == []


def test_a_file_from_another_system_reads_alike(run: Run, tmp_path: Path) -> None:
    command = trial(tmp_path / "a.csv")
    plain = run(command)
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    quoted = "\r\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in lines)
    (tmp_path / "a.csv").write_text("\ufeff" + quoted + "\r\n\r\n", "utf-8", newline="")
    assert run(command)["beta"] == plain["beta"]


def test_a_diary_of_many_visits_does_without_the_multivariate_t(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if four visits were many: a model of 52 takes seconds
    monkeypatch.setattr(single_step, "HIGHEST_RANK", 2)
    found = run([*trial(tmp_path / "a.csv", visits=("1", "2", "3", "4")), "--covariance", "cs"])
    assert list(found["changes"][0]["p_adjusted"]) == ["holm", "bonferroni", "fixed-sequence"]


def test_each_arm_may_have_its_own_covariance(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), *ORDER, "--covariance", "cs", "--covariance-by-arm"])
    assert list(found["covariance_matrix"]) == ["placebo", "low", "high"]
    assert np.shape(found["covariance_matrix"]["low"]) == (3, 3)
    assert len(found["covariance_parameters"]) == 6


def test_a_site_may_be_random(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--random-site", "site", "--covariance", "ri"])
    assert len(found["covariance_parameters"]) == 3


def test_z_has_no_degrees_of_freedom(run: Run, tmp_path: Path) -> None:
    found = run([*trial(tmp_path / "a.csv"), "--df", "z"])
    assert {row["df"] for row in found["coefficients"]} == {None}
    assert found["vcov_adjusted"] is None


def test_long_decimals_are_exact(run: Run, tmp_path: Path) -> None:
    plain = run(trial(tmp_path / "a.csv"))
    tiny = run(trial(tmp_path / "b.csv", scale=1e-5))
    assert (plain["precision"], tiny["precision"]) == ("0.01", "1E-7")
    agree(np.array(list(tiny["beta"].values())) * 1e5, list(plain["beta"].values()), 1e-10)
    seventeen = run(trial(tmp_path / "c.csv", scale=1 / 7))
    agree(np.array(list(seventeen["beta"].values())) * 7, list(plain["beta"].values()), 1e-9)


def test_rows_without_an_outcome_are_counted_and_empty_visits_named(run: Run) -> None:
    found = run([*arguments("pilot26_odi_ri")])
    assert found["n_rows_without_outcome"] == 104 - found["n_observations"]
    assert found["notes"] == [
        f"Visit {visit} is left out, because nobody has a value there." for visit in (1, 2)
    ]


def test_participants_with_a_gap_in_a_covariate_are_left_out_with_a_note(run: Run, tmp_path: Path) -> None:
    command = trial(tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    (tmp_path / "a.csv").write_text(text + "\nX,BL,0,low,NA,F,S1,4\nY,BL,0,low,,F,S1,4", encoding="utf-8")
    found = run([*command, "--covariate", "age"])
    assert found["n_participants"] == 36
    assert found["notes"] == ["2 participants are left out, because age is missing: X, Y."]
