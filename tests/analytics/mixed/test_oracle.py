"""Agreement with the reference results, to 1e-8 where 1e-6 is required."""

from collections.abc import Iterable

import pytest

from analytics.mixed import Estimate
from tests.analytics.mixed.reference import CASES, fitted, golden, relative

TOLERANCE = 1e-8
WITH_CONTRASTS = [case for case in CASES if golden(case)["oracle"]["contrasts"]]
# What mixed-model packages print is as exact as their own optimisers.
ENGINE_TOLERANCE = 2e-5


def assert_table(estimates: Iterable[Estimate], expected: dict[str, list[float]]) -> None:
    rows = list(estimates)
    assert relative([row.estimate for row in rows], expected["est"]) < TOLERANCE
    assert relative([row.se for row in rows], expected["se"]) < TOLERANCE
    assert relative([row.df for row in rows], expected["df"]) < TOLERANCE
    assert relative([row.statistic for row in rows], expected["t"]) < TOLERANCE
    assert relative([row.p for row in rows], expected["p"]) < TOLERANCE


@pytest.mark.parametrize("case", CASES)
def test_a_reference_fit_converges_within_ten_iterations_without_a_message(case: str) -> None:
    result = fitted(case)
    assert result.converged
    assert result.iterations <= 10
    assert result.gradient_norm < 1e-7
    assert result.messages == ()
    assert result.at_boundary == ()


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
    assert relative(result.sigma, oracle["Sigma"]) < TOLERANCE


@pytest.mark.parametrize("case", CASES)
def test_coefficients_with_satterthwaite_df_agree_with_the_oracle(case: str) -> None:
    expected = golden(case)["oracle"]["coefficients"]["satterthwaite"]
    assert_table(fitted(case).coefficients().values(), expected)


@pytest.mark.parametrize("case", WITH_CONTRASTS)
def test_changes_from_baseline_agree_with_the_oracle(case: str) -> None:
    assert_table(fitted(case).changes(), golden(case)["oracle"]["contrasts"]["satterthwaite"])


def emmeans_cases() -> list[tuple[str, str]]:
    """With the engines that estimated means; only plain visits, for emmeans averages covariates over rows."""
    return [
        (case, engine)
        for case in WITH_CONTRASTS
        for engine, content in golden(case)["engines"].items()
        if golden(case)["fixed"] == "~ visit" and "emmeans_satterthwaite" in content
    ]


def assert_intervals(estimates: Iterable[Estimate], expected: dict[str, list[float]]) -> None:
    rows = list(estimates)
    assert relative([row.estimate for row in rows], expected["est"]) < ENGINE_TOLERANCE
    assert relative([row.se for row in rows], expected["se"]) < ENGINE_TOLERANCE
    assert relative([row.df for row in rows], expected["df"]) < ENGINE_TOLERANCE
    assert relative([row.lower for row in rows], expected["lower"]) < ENGINE_TOLERANCE
    assert relative([row.upper for row in rows], expected["upper"]) < ENGINE_TOLERANCE


@pytest.mark.parametrize(("case", "engine"), emmeans_cases())
def test_means_intervals_and_holm_agree_with_emmeans(case: str, engine: str) -> None:
    expected = golden(case)["engines"][engine]["emmeans_satterthwaite"]
    changes = fitted(case).changes()
    assert_intervals(fitted(case).means(), expected["emm"])
    assert_intervals(changes, expected["contrasts"])
    adjusted = [change.p_adjusted or 0.0 for change in changes]
    assert relative(adjusted, expected["p_holm"]) < 10 * ENGINE_TOLERANCE
