"""Agreement with the reference results: 1e-8 where 1e-7 is required."""

from collections.abc import Iterable

import numpy as np
import pytest

from analytics.mixed import DfMethod, Estimate, Information, ModelSpec, Result, fit
from tests.analytics.mixed.reference import CASES, fitted, golden, model, relative

TOLERANCE = 1e-8
WITH_CONTRASTS = [case for case in CASES if golden(case)["oracle"]["contrasts"]]
# What mixed-model packages print is as exact as their own optimisers.
ENGINE_TOLERANCE = 2e-5

METHODS: dict[str, tuple[DfMethod, Information]] = {
    "satterthwaite": ("satterthwaite", "observed"),
    "kr_observed": ("kenward-roger", "observed"),
    "kr_observed_linear": ("kenward-roger-linear", "observed"),
    "kr_expected": ("kenward-roger", "expected"),
    "kr_expected_linear": ("kenward-roger-linear", "expected"),
}


def assert_table(estimates: Iterable[Estimate], expected: dict[str, list[float]]) -> None:
    rows = list(estimates)
    assert relative([row.estimate for row in rows], expected["est"]) < TOLERANCE
    assert relative([row.se for row in rows], expected["se"]) < TOLERANCE
    assert relative([row.df for row in rows], expected["df"]) < TOLERANCE
    assert relative([row.statistic for row in rows], expected["t"]) < TOLERANCE
    assert relative([row.p for row in rows], expected["p"]) < TOLERANCE


def contrasts(case: str, result: Result) -> tuple[Estimate, ...]:
    return result.differences() if result.arms else result.changes()


def test_every_linear_reference_case_is_here() -> None:
    assert len(CASES) == 28
    structures = {"ri", "ris", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "adh", "un"}
    assert {golden(case)["covariance"] for case in CASES} == structures


@pytest.mark.parametrize("case", CASES)
def test_a_reference_fit_converges_within_ten_iterations_without_a_warning(case: str) -> None:
    result = fitted(case)
    assert result.converged
    assert result.iterations <= 10
    assert result.gradient_norm < 1e-9
    assert result.warnings == ()
    assert result.at_boundary == ()
    assert result.attempts == ()


@pytest.mark.parametrize("case", CASES)
def test_counts_and_names_are_those_of_the_reference(case: str) -> None:
    result, expected = fitted(case), golden(case)
    assert result.n_observations == expected["n_obs"]
    assert result.n_participants == expected["n_subjects"]
    assert list(result.names) == expected["coef_names"]
    assert list(result.visits) == expected["visits"]


@pytest.mark.parametrize("case", CASES)
def test_likelihood_coefficients_and_covariances_agree_with_the_oracle(case: str) -> None:
    result, oracle = fitted(case), golden(case)["oracle"]
    assert relative(-2 * result.log_likelihood, oracle["minus2ll"]) < 1e-12
    assert relative(result.beta, oracle["beta"]) < TOLERANCE
    assert relative(result.vcov, oracle["vcov"]) < TOLERANCE
    assert relative(result.theta, list(oracle["theta"].values())) < TOLERANCE
    assert relative(result.sigma[0], oracle["Sigma"]) < TOLERANCE


@pytest.mark.parametrize("method", ["kr_observed", "kr_observed_linear", "kr_expected_linear"])
@pytest.mark.parametrize("case", CASES)
def test_the_adjusted_covariance_agrees_with_the_oracle(case: str, method: str) -> None:
    adjusted = fitted(case, *METHODS[method]).vcov_adjusted
    assert adjusted is not None
    assert relative(adjusted, golden(case)["oracle"][f"vcov_{method}"]) < TOLERANCE


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_coefficients_agree_with_the_oracle(case: str, method: str) -> None:
    expected = golden(case)["oracle"]["coefficients"][method]
    assert_table(fitted(case, *METHODS[method]).coefficients(), expected)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", WITH_CONTRASTS)
def test_contrasts_agree_with_the_oracle(case: str, method: str) -> None:
    expected = golden(case)["oracle"]["contrasts"][method]
    assert_table(contrasts(case, fitted(case, *METHODS[method])), expected)


def test_the_two_kenward_rogers_are_different_numbers() -> None:
    observed, expected = (
        fitted("pilot26_nrs_ar1", "kenward-roger", information).changes()[0].df
        for information in ("observed", "expected")
    )
    assert abs(observed - expected) > 0.5


def emmeans_cases(content: str) -> list[tuple[str, str]]:
    """With the engines that estimated means."""
    return [
        (case, engine)
        for case in WITH_CONTRASTS
        for engine, tables in golden(case)["engines"].items()
        if content in tables
    ]


def assert_intervals(estimates: Iterable[Estimate], expected: dict[str, list[float]]) -> None:
    rows = list(estimates)
    assert relative([row.estimate for row in rows], expected["est"]) < ENGINE_TOLERANCE
    assert relative([row.se for row in rows], expected["se"]) < ENGINE_TOLERANCE
    assert relative([row.df for row in rows], expected["df"]) < ENGINE_TOLERANCE
    assert relative([row.lower for row in rows], expected["lower"]) < ENGINE_TOLERANCE
    assert relative([row.upper for row in rows], expected["upper"]) < ENGINE_TOLERANCE


def assert_emmeans(case: str, result: Result, expected: dict[str, dict[str, list[float]]]) -> None:
    found = {(e.label.visit, e.label.arm): e for e in result.means()}
    # emmeans lists the arms of a visit together
    means = [found[visit, arm] for visit in result.visits for arm in result.arms or ("",)]
    assert_intervals(means, expected["emm"])
    assert_intervals(contrasts(case, result), expected["contrasts"])


@pytest.mark.parametrize(("case", "engine"), emmeans_cases("emmeans_satterthwaite"))
def test_means_and_contrasts_agree_with_emmeans(case: str, engine: str) -> None:
    assert_emmeans(case, fitted(case), golden(case)["engines"][engine]["emmeans_satterthwaite"])


@pytest.mark.parametrize(("case", "engine"), emmeans_cases("emmeans_kr"))
def test_means_and_contrasts_agree_with_emmeans_and_pbkrtest(case: str, engine: str) -> None:
    result = fitted(case, "kenward-roger-linear", "expected")
    assert_emmeans(case, result, golden(case)["engines"][engine]["emmeans_kr"])


@pytest.mark.parametrize(("case", "engine"), emmeans_cases("emmeans_satterthwaite"))
def test_adjusted_p_values_agree_with_emmeans(case: str, engine: str) -> None:
    expected = golden(case)["engines"][engine]["emmeans_satterthwaite"]
    result = fitted(case)
    rows = (result.differences if result.arms else result.changes)(adjustments=["holm", "bonferroni"])
    if result.arms:  # emmeans adjusts by visit as well
        assert [row.adjusted["holm"].p for row in rows] == [row.p for row in rows]
    holm, bonferroni = ([row.adjusted[name].p for row in rows] for name in ("holm", "bonferroni"))
    assert relative(holm, expected["p_holm"]) < 10 * ENGINE_TOLERANCE
    assert relative(bonferroni, expected["p_bonferroni"]) < 10 * ENGINE_TOLERANCE


F_CASES = [case for case in CASES if "anova_kr" in golden(case)["engines"].get("lme4", {})]


@pytest.mark.parametrize("case", F_CASES)
def test_the_f_test_of_visits_agrees_with_lmertest_and_pbkrtest(case: str) -> None:
    engine = golden(case)["engines"]["lme4"]
    for table, method in (("anova_satterthwaite", "satterthwaite"), ("anova_kr", "kr_expected_linear")):
        expected = engine[table]
        terms = np.atleast_1d(expected["terms"]).tolist()
        if "visit" not in terms or "arm:visit" in terms:
            continue
        place = terms.index("visit")
        result = fitted(case, *METHODS[method])
        rows = np.eye(len(result.names))[[name.startswith("visit") for name in result.names]]
        found = result.test(rows)
        want = [np.atleast_1d(expected[key])[place] for key in ("F", "ndf", "ddf", "p")]
        assert relative([found.statistic, found.numerator, found.denominator, found.p], want) < 2e-4


def test_the_diagonal_agrees_with_gls() -> None:
    expected = golden("pilot26_nrs_diag")
    statistics, spec = model("pilot26_nrs_un")
    result = fit(statistics, ModelSpec(terms=spec.terms, covariance="diag"))
    engine = expected["engines"]["nlme_gls"]
    assert relative(result.log_likelihood, engine["logLik"]) < 1e-8
    assert relative(result.beta, engine["beta"]) < 1e-6
    assert relative(np.diag(result.vcov), np.diag(engine["vcov"])) < 1e-4
