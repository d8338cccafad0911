"""The numbers of R, where the command line says them."""

import numpy as np
import pytest

from tests.analytics.mixed.command.commands import Run, agree, arguments
from tests.analytics.mixed.reference import CASES, golden

# What a reference calls a method, as options.
METHODS = {
    "satterthwaite": ("--df", "satterthwaite"),
    "kr_observed": (),
    "kr_observed_linear": ("--df", "kenward-roger-linear"),
    "kr_expected": ("--information", "expected"),
    "kr_expected_linear": ("--df", "kenward-roger-linear", "--information", "expected"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_fit_is_that_of_the_reference(case: str, run: Run) -> None:
    expected, found = golden(case), run(arguments(case))
    oracle = expected["oracle"]
    assert list(found["beta"]) == expected["coef_names"]
    agree(list(found["beta"].values()), oracle["beta"], 1e-7)
    agree(found["vcov"], oracle["vcov"], 1e-7)
    agree(found["loglik"], oracle["logLik"], 1e-9)
    agree(found["criterion"], oracle["minus2ll"], 1e-9)
    agree(found["covariance_matrix"], oracle["Sigma"], 1e-7)
    assert found["converged"]
    assert found["visits"] == expected["visits"]
    assert (found["n_participants"], found["n_observations"]) == (expected["n_subjects"], expected["n_obs"])
    agree(
        sorted(found["covariance_parameters"].values()),
        sorted(np.atleast_1d(list(oracle["theta"].values()))),
        1e-6,
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_each_method_gives_the_coefficients_of_the_reference(case: str, method: str, run: Run) -> None:
    found, oracle = run([*arguments(case), *METHODS[method]]), golden(case)["oracle"]
    expected = oracle["coefficients"][method]
    assert [row["name"] for row in found["coefficients"]] == list(found["beta"])
    for ours, theirs, tolerance in (
        ("estimate", "est", 1e-7),
        ("se", "se", 1e-6),
        ("df", "df", 1e-6),
        ("t", "t", 1e-6),
        ("p", "p", 1e-4),
    ):
        agree([row[ours] for row in found["coefficients"]], expected[theirs], tolerance)
    if method == "satterthwaite":
        assert found["vcov_adjusted"] is None
        assert found["kenward_roger"] is None
    else:
        agree(np.sqrt(np.diag(found["vcov_adjusted"])), expected["se"], 1e-6)
    if f"vcov_{method}" in oracle:
        agree(found["vcov_adjusted"], oracle[f"vcov_{method}"], 1e-6)


def test_means_changes_and_their_adjustments_are_those_of_emmeans(run: Run) -> None:
    expected = golden("pilot26_nrs_un")["engines"]["mmrm"]["emmeans_kr_linear"]
    found = run([*arguments("pilot26_nrs_un"), "--df", "kenward-roger-linear"])
    changes = found["changes"]
    for ours, theirs in (
        ("estimate", "est"),
        ("se", "se"),
        ("df", "df"),
        ("lower", "lower"),
        ("upper", "upper"),
    ):
        agree([row[ours] for row in found["means"]], expected["emm"][theirs], 1e-5)
        agree([row[ours] for row in changes], expected["contrasts"][theirs], 1e-5)
    assert [row["visit"] for row in changes] == ["1", "2", "12"]
    agree([row["p_adjusted"]["holm"] for row in changes], expected["p_holm"], 1e-4)
    agree([row["p_adjusted"]["bonferroni"] for row in changes], expected["p_bonferroni"], 1e-4)
    # theirs rounds the degrees of freedom to whole ones
    assert abs(changes[0]["p_adjusted"]["multivariate-t"] - np.atleast_1d(expected["mvt"]["p"])[0]) < 1e-4


def test_means_by_arm_stand_at_the_average_covariate_with_equal_sites(run: Run) -> None:
    expected = golden("twoarm200_un")["engines"]["mmrm"]["emmeans_kr_linear"]
    found = run([*arguments("twoarm200_un"), "--df", "kenward-roger-linear"])
    ours = {(row["arm"], row["visit"]): row["estimate"] for row in found["means"]}
    labels = [(row["arm"], row["visit"]) for row in expected["emm"]["rows"]]
    agree([ours[label] for label in labels], expected["emm"]["est"], 1e-6)
    agree([row["estimate"] for row in found["differences"]], expected["contrasts"]["est"], 1e-6)
    interaction = [found["beta"][f"armactive:visit{visit}"] for visit in ("2", "12", "24")]
    agree([row["estimate"] for row in found["differences_in_change"]], interaction, 1e-9)


@pytest.mark.parametrize("case", ["orthodont_ris", "twoarm200_ri", "pilot26_nrs_ri_agesex"])
def test_tests_of_terms_are_those_of_pbkrtest(case: str, run: Run) -> None:
    expected = golden(case)["engines"]["lme4"]["anova_kr"]
    found = {row["term"]: row for row in run([*arguments(case), *METHODS["kr_expected_linear"]])["tests"]}
    assert set(found) == set(expected["terms"])
    rows = [found[term] for term in expected["terms"]]
    agree([row["f"] for row in rows], expected["F"], 1e-5)
    agree([row["numerator_df"] for row in rows], expected["ndf"], 0)
    agree([row["denominator_df"] for row in rows], expected["ddf"], 1e-4)


def test_the_diagonal_is_that_of_gls(run: Run) -> None:
    gls = golden("pilot26_nrs_diag")["engines"]["nlme_gls"]
    found = run(arguments("pilot26_nrs_diag"))
    agree(found["loglik"], gls["logLik"], 1e-8)
    agree(np.diag(found["vcov"]), np.diag(gls["vcov"]), 1e-4)
