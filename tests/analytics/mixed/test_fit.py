"""Properties that a fit must have whatever the data."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import sqrt
from statistics import mean, stdev
from typing import get_args

import numpy as np
import pytest
from scipy.stats import linregress

from analytics.mixed import Column, InputRefused, ModelSpec, Result, Statistics, Term, fit
from analytics.mixed.spec import CovarianceName
from tests.analytics.mixed.reference import LAYOUTS, fitted, golden, model, relative, vectors

VISITS = ("0", "1", "2", "12")
COVARIANCES = get_args(CovarianceName)
Vector = Sequence[Decimal | int | None]


def pilot(outcome: str = "nrs") -> list[tuple[Decimal | int | None, ...]]:
    return vectors("pilot26.csv", outcome, VISITS)


def of(covariance: CovarianceName) -> ModelSpec:
    return ModelSpec(covariance=covariance, times=tuple(float(visit) for visit in VISITS))


def fit_vectors(rows: Sequence[Vector], spec: ModelSpec, precision: str = "1") -> Result:
    return fit(
        Statistics.build(visits=VISITS[: len(rows[0])], precision=Decimal(precision), vectors=rows), spec
    )


def moved(rows: Sequence[Vector], factor: Decimal, offset: Decimal) -> list[Vector]:
    return [tuple(None if value is None else value * factor + offset for value in row) for row in rows]


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_the_order_of_participants_does_not_change_a_bit(covariance: CovarianceName) -> None:
    spec = of(covariance)
    one, other = fit_vectors(pilot(), spec), fit_vectors(pilot()[::-1], spec)
    assert one.changes() == other.changes()
    assert one.coefficients() == other.coefficients()
    assert np.array_equal(one.theta, other.theta)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_an_outcome_in_other_units_gives_the_same_answer_in_these_units(covariance: CovarianceName) -> None:
    spec = of(covariance)
    plain = fit_vectors(pilot("rom"), spec)
    other = fit_vectors(moved(pilot("rom"), Decimal("-2.5"), Decimal("17.5")), spec, "0.5")
    for before, after in zip(plain.changes(), other.changes(), strict=True):
        assert after.estimate == pytest.approx(-2.5 * before.estimate, rel=1e-9)
        assert after.se == pytest.approx(2.5 * before.se, rel=1e-9)
        assert after.df == pytest.approx(before.df, rel=1e-8)
        assert after.p == pytest.approx(before.p, rel=1e-7)
    assert relative(other.sigma, 6.25 * plain.sigma) < 1e-9


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_large_offset_of_the_outcome_does_not_cost_a_digit(covariance: CovarianceName) -> None:
    spec = of(covariance)
    plain = fit_vectors(pilot(), spec)
    offset = fit_vectors(moved(pilot(), Decimal(1), Decimal(10**6)), spec)
    assert offset.log_likelihood == plain.log_likelihood
    assert np.array_equal(offset.sigma, plain.sigma)
    for before, after in zip(plain.changes(), offset.changes(), strict=True):
        assert after.estimate == pytest.approx(before.estimate, rel=1e-14)
        assert (after.se, after.df) == (before.se, before.df)


@pytest.mark.parametrize(
    ("case", "slopes"),
    # a dummy that is moved changes what the other effects of its interaction mean
    [("pilot26_nrs_ri_agesex", ("age", "sexM", "visit12")), ("orthodont_un", ("SexMale:age",))],
)
def test_a_large_offset_of_all_columns_does_not_cost_a_digit(case: str, slopes: tuple[str, ...]) -> None:
    statistics, spec = model(case)
    # numbers and no factors, for a shifted dummy has no levels
    columns = [Column(column.name) for column in statistics.columns]
    before, after = (
        fit(
            Statistics.build(
                visits=statistics.visits,
                precision=statistics.precision,
                columns=columns,
                vectors=moved(_rows(case), Decimal(1), Decimal(offset)),
            ),
            spec,
        )
        for offset in (0, 10**6)
    )
    assert after.log_likelihood == pytest.approx(before.log_likelihood, rel=1e-10)
    assert relative(after.sigma, before.sigma) < 1e-9
    for a, b in zip(after.changes(), before.changes(), strict=True):
        assert relative([a.estimate, a.se, a.df], [b.estimate, b.se, b.df]) < 1e-8
    for name in slopes:
        a, b = after.coefficients()[before.names.index(name)], before.coefficients()[before.names.index(name)]
        assert relative([a.estimate, a.se, a.df], [b.estimate, b.se, b.df]) < 1e-8


def _rows(case: str) -> list[tuple[Decimal | int | None, ...]]:
    expected = golden(case)
    layout = LAYOUTS[expected["fixed"]]
    return vectors(expected["dataset"], expected["outcome"], tuple(expected["visits"]), layout)


def test_complete_data_unstructured_gives_the_paired_t_test() -> None:
    rows = [row for row in pilot() if None not in row]
    result = fit_vectors(rows, ModelSpec())
    for position, change in enumerate(result.changes(), start=1):
        differences = [float(row[position] or 0) - float(row[0] or 0) for row in rows]
        assert change.estimate == pytest.approx(mean(differences), rel=1e-12)
        assert change.se == pytest.approx(stdev(differences) / sqrt(len(rows)), rel=1e-9)
        assert change.df == pytest.approx(len(rows) - 1, rel=1e-9)


def test_one_visit_gives_the_one_sample_t_test() -> None:
    rows = [row[:1] for row in pilot()]
    result = fit_vectors(rows, ModelSpec())
    (only,) = result.means()
    values = [float(row[0] or 0) for row in rows]
    assert only.estimate == pytest.approx(mean(values), rel=1e-12)
    assert only.se == pytest.approx(stdev(values) / sqrt(len(values)), rel=1e-10)
    assert only.df == pytest.approx(len(values) - 1, rel=1e-10)
    assert result.changes() == ()


def test_compound_symmetry_is_never_less_likely_than_the_random_intercept() -> None:
    for outcome in ("nrs", "rom"):
        results = {name: fit_vectors(pilot(outcome), of(name)) for name in COVARIANCES}
        assert results["cs"].log_likelihood >= results["ri"].log_likelihood - 1e-9
        assert results["un"].log_likelihood > results["cs"].log_likelihood


def alternating() -> list[tuple[int, int, int]]:
    """Values of one participant are less alike than those of different participants."""
    return [(1, 9, 2), (8, 2, 9), (2, 8, 1), (9, 1, 8), (3, 9, 1), (7, 2, 8)]


def test_a_random_intercept_at_the_boundary_is_flagged_and_equals_ordinary_least_squares() -> None:
    rows = alternating()
    result = fit_vectors(rows, ModelSpec(covariance="ri"))
    assert result.converged
    assert result.at_boundary == ("variance between participants",)
    assert "variance between participants was estimated as zero" in result.warnings[0]
    assert result.theta[0] == 0.0
    visits = [[row[visit] for row in rows] for visit in range(3)]
    pooled = sum(stdev(values) ** 2 for values in visits) / 3
    assert result.theta[1] == pytest.approx(pooled, rel=1e-12)
    for change in result.changes():
        assert change.df == pytest.approx(3 * 6 - 3, rel=1e-12)
        assert change.se == pytest.approx(sqrt(2 * pooled / 6), rel=1e-12)


def test_compound_symmetry_allows_the_negative_covariance_that_the_random_intercept_cannot() -> None:
    rows = alternating()
    free, bounded = (fit_vectors(rows, ModelSpec(covariance=name)) for name in ("cs", "ri"))
    assert free.converged
    assert free.theta[0] < 0
    assert free.warnings == free.at_boundary == ()
    assert free.log_likelihood > bounded.log_likelihood


def test_a_saddle_point_on_the_way_is_left() -> None:
    # at zero variance between participants the gradient vanishes, but the likelihood rises away from it
    rows = [(6, 6, 9), (6, 1, None), (None, 7, None)]
    result = fit_vectors(rows, ModelSpec(terms=(Term(by="visit"),), covariance="ri", method="ML"))
    assert result.converged
    assert result.theta[0] == pytest.approx(0.5113, abs=1e-3)
    assert -2 * result.log_likelihood == pytest.approx(24.44536, abs=1e-5)


def test_one_visit_and_a_covariate_give_linear_regression() -> None:
    ages = [31, 45, 52, 60, 38, 47, 66]
    values = [5, 6, 8, 9, 4, 7, 9]
    statistics = Statistics.build(
        visits=("BL",),
        precision=Decimal(1),
        columns=[Column("age")],
        vectors=list(zip(ages, values, strict=True)),
    )
    line = linregress(ages, values)
    slope = fit(statistics, ModelSpec(terms=(Term(), Term("age")))).coefficients()[1]
    assert slope.estimate == pytest.approx(line.slope, rel=1e-12)
    assert slope.se == pytest.approx(line.stderr, rel=1e-12)
    assert slope.p == pytest.approx(line.pvalue, rel=1e-9)
    assert slope.df == pytest.approx(5, rel=1e-10)


def test_changes_can_be_taken_from_any_visit_and_turn_their_sign() -> None:
    result = fitted("pilot26_nrs_un")
    forward = {change.label.visit: change for change in result.changes("0")}["12"]
    backward = {change.label.visit: change for change in result.changes("12")}["0"]
    assert backward.estimate == pytest.approx(-forward.estimate, rel=1e-12)
    assert (backward.se, backward.df) == pytest.approx((forward.se, forward.df), rel=1e-12)
    assert [change.label.visit for change in result.changes("12")] == ["0", "1", "2"]
    with pytest.raises(InputRefused, match="no visit 'W3'; its visits are 0, 1, 2, 12"):
        result.changes("W3")


def test_the_level_moves_the_interval_and_nothing_else() -> None:
    statistics, spec = model("pilot26_nrs_un")
    wide, narrow = fit(statistics, replace(spec, level=0.99)), fit(statistics, replace(spec, level=0.9))
    for outer, inner in zip(wide.changes(), narrow.changes(), strict=True):
        assert outer.lower < inner.lower < inner.estimate < inner.upper < outer.upper
        assert replace(outer, lower=0.0, upper=0.0) == replace(inner, lower=0.0, upper=0.0)


def test_a_result_cannot_be_changed() -> None:
    result = fitted("pilot26_nrs_un")
    with pytest.raises(ValueError, match="read-only"):
        result.beta[0] = 0.0
    with pytest.raises(AttributeError):
        result.converged = False  # type: ignore[misc]


def test_a_result_keeps_the_statistics_it_was_fitted_to() -> None:
    statistics, _ = model("pilot26_nrs_un")
    assert fitted("pilot26_nrs_un").statistics.digest() == statistics.digest()
