"""The multivariate t against exact cases, a plain integration, and what emmeans and mvtnorm print."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import ndtr, stdtr

from analytics.mixed.adjustment.single_step import critical_value, p_values, quantile
from analytics.mixed.refusals import InputRefused

Matrix = npt.NDArray[np.float64]

REFERENCE = Path(__file__).parents[3] / "reference"
MVTNORM_TOLERANCE = 2e-5
LIMITS = (0.5, 1.0, 2.0, 3.0)


def two_sided(t: float, df: float) -> float:
    return float(2 * stdtr(df, -abs(t)))


def all_pairs(groups: int) -> Matrix:
    """Correlation of all pairwise differences of independent means: its rank is groups - 1."""
    rows = [np.eye(groups)[i] - np.eye(groups)[j] for i in range(groups) for j in range(i)]
    correlation: Matrix = np.array(rows) @ np.array(rows).T / 2
    return correlation


def exchangeable(size: int, correlation: float) -> Matrix:
    return np.full((size, size), correlation) + (1 - correlation) * np.eye(size)


def random_correlation(size: int, seed: int) -> Matrix:
    roots = np.random.default_rng(seed).normal(size=(size, size + 2))
    covariance = roots @ roots.T
    scale = np.sqrt(covariance.diagonal())
    correlation: Matrix = covariance / np.outer(scale, scale)
    return correlation


@pytest.mark.parametrize("df", [0.7, 3.0, 18.9655785, 1e6, float("inf")])
def test_of_one_test_it_is_students_t_exactly(df: float) -> None:
    assert p_values([-2.2], [[1.0]], df) == (two_sided(2.2, df),)
    assert critical_value([[1.0]], df, 0.95) == pytest.approx(-quantile(df, 0.025), rel=1e-14)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_two_tests_that_are_one_count_once(sign: float) -> None:
    correlation = [[1.0, sign], [sign, 1.0]]
    unadjusted = (two_sided(2.2, 7.5), two_sided(1.0, 7.5))
    assert p_values([2.2, 1.0], correlation, 7.5) == pytest.approx(unadjusted, rel=1e-12)
    assert critical_value(correlation, 7.5, 0.95) == pytest.approx(-quantile(7.5, 0.025), rel=1e-8)


@pytest.mark.parametrize(("tests", "tolerance"), [(2, 5e-7), (3, 1e-5), (6, 1e-5), (8, 1e-4), (20, 1e-4)])
def test_of_independent_normal_tests_it_is_sidaks(tests: int, tolerance: float) -> None:
    exact = [1 - (2 * ndtr(limit) - 1) ** tests for limit in LIMITS]
    computed = [p_values([limit] * tests, np.eye(tests), float("inf"))[0] for limit in LIMITS]
    assert computed == pytest.approx(exact, abs=tolerance)


@pytest.mark.parametrize("correlation", [-0.9, 0.3, 0.99])
def test_of_two_tests_it_is_the_integral_of_the_density(correlation: float) -> None:
    matrix = [[1.0, correlation], [correlation, 1.0]]
    rest = 1 - correlation**2

    def density(y: float, x: float) -> float:
        distance = (x * x - 2 * correlation * x * y + y * y) / rest
        return float((1 + distance / 6.5) ** -4.25 / (2 * np.pi * np.sqrt(rest)))

    inside, _ = dblquad(density, -2.1, 2.1, -2.1, 2.1, epsabs=1e-9)
    assert p_values([2.1, 2.1], matrix, 6.5)[0] == pytest.approx(1 - inside, abs=5e-7)


def studentised_range(limit: float, groups: int) -> float:
    """P(range of independent normal values > limit)."""
    x = np.linspace(-9, 9, 20001)
    density = np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    below = groups * density * (ndtr(x) - ndtr(x - limit)) ** (groups - 1)
    return float(1 - np.sum(below) * (x[1] - x[0]))


@pytest.mark.parametrize(("groups", "tolerance"), [(3, 5e-7), (4, 1e-5), (6, 1e-5), (7, 1e-5)])
def test_of_all_pairwise_differences_it_is_tukeys(groups: int, tolerance: float) -> None:
    correlation = all_pairs(groups)
    for limit in LIMITS:
        computed = p_values([limit] * len(correlation), correlation, float("inf"))[0]
        assert computed == pytest.approx(studentised_range(limit * np.sqrt(2), groups), abs=tolerance)


@cache
def quadrature() -> tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]]:
    """Nodes and weights, for the normal density and for the interval from -1 to 1."""
    return np.polynomial.hermite_e.hermegauss(80), np.polynomial.legendre.leggauss(120)


def dunnett(limit: float, tests: int, df: float) -> float:
    """P(max|T| > limit) at correlation 0.5: given the common part and the scale, they are independent."""
    (x, weight), (nodes, weights) = quadrature()
    scale = 1.5 * (nodes + 1)
    chi = np.exp(df / 2 * np.log(df / 2) + (df - 1) * np.log(scale) - df * scale**2 / 2)
    chi = chi * weights / np.sum(chi * weights)
    bound, common = limit * scale[:, None] * np.sqrt(2), x[None, :]
    inside = (ndtr(bound - common) - ndtr(-bound - common)) ** tests
    return float(1 - chi @ inside @ weight / np.sqrt(2 * np.pi))


@pytest.mark.parametrize(("tests", "tolerance"), [(2, 5e-7), (3, 1e-5), (4, 1e-5), (10, 1e-4), (20, 1e-4)])
def test_of_equal_correlations_it_is_dunnetts(tests: int, tolerance: float) -> None:
    for limit in LIMITS:
        computed = p_values([limit] * tests, exchangeable(tests, 0.5), 12.3)[0]
        assert computed == pytest.approx(dunnett(limit, tests, 12.3), abs=tolerance)


def test_far_in_the_tail_it_is_nearly_bonferronis_and_never_zero() -> None:
    (p, *_) = p_values([40.0, 3.0, 2.0], exchangeable(3, 0.2), 20.0)
    assert two_sided(40, 20) < p <= 3 * two_sided(40, 20)
    (normal, *_) = p_values([12.0, 3.0], np.eye(2), float("inf"))
    assert normal == pytest.approx(2 * two_sided(12, float("inf")), rel=1e-3)


def test_the_critical_value_has_the_level_as_its_probability() -> None:
    correlation = random_correlation(4, seed=1)
    critical = critical_value(correlation, 9.3, 0.9)
    assert p_values([critical] * 4, correlation, 9.3) == pytest.approx((0.1,) * 4, abs=1e-12)


def test_no_tests_have_no_p_values() -> None:
    assert p_values([], np.empty((0, 0)), 5.0) == ()


def test_a_family_beyond_its_reach_is_refused() -> None:
    with pytest.raises(InputRefused, match="at most 50 independent contrasts; this family has 51"):
        p_values([2.0] * 51, np.eye(51), 5.0)


@settings(deadline=None, max_examples=30)
@given(size=st.integers(2, 4), seed=st.integers(0, 10**6), df=st.floats(0.5, 200))
def test_p_values_keep_order_and_bounds(size: int, seed: int, df: float) -> None:
    statistics = np.random.default_rng(seed).normal(scale=3, size=size)
    p = np.array(p_values(statistics.tolist(), random_correlation(size, seed), df))
    unadjusted = 2 * stdtr(df, -np.abs(statistics))
    assert np.all(np.diff(p[np.argsort(-np.abs(statistics))]) >= 0)
    assert np.all(p >= unadjusted)
    assert np.all(p <= size * unadjusted)


def printed_by_emmeans() -> list[tuple[str, str, str]]:
    return [
        (path.stem, engine, block)
        for path in sorted(REFERENCE.glob("*.json"))
        for engine, content in json.loads(path.read_text(encoding="utf-8")).get("engines", {}).items()
        for block in content
        if block.startswith("emmeans_") and "mvt" in content[block]
    ]


def covariance_behind(content: dict[str, Any], block: str) -> Matrix:
    adjusted = {"emmeans_kr": "kr_pbkrtest", "emmeans_kr_linear": "kr_linear_observed"}
    holder = content[adjusted[block]] if block in adjusted else content
    return np.atleast_2d(holder["vcov"])


@pytest.mark.parametrize(("case", "engine", "block"), printed_by_emmeans())
def test_it_agrees_with_emmeans_by_mvtnorm(case: str, engine: str, block: str) -> None:
    content = json.loads((REFERENCE / f"{case}.json").read_text(encoding="utf-8"))["engines"][engine]
    printed = content[block]
    rows = np.atleast_2d(printed["contrast_L"])
    covariance = rows @ covariance_behind(content, block) @ rows.T
    se = np.sqrt(covariance.diagonal())
    correlation = covariance / np.outer(se, se)
    expected, df = printed["mvt"], printed["mvt"]["df_used"]
    statistics = np.atleast_1d(printed["contrasts"]["t"]).tolist()
    p = p_values(statistics, correlation, df)
    assert p == pytest.approx(np.atleast_1d(expected["p"]).tolist(), abs=MVTNORM_TOLERANCE)
    assert critical_value(correlation, df, 0.95) == pytest.approx(expected["critical_value"], abs=1e-3)
