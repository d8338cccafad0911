"""Inputs at the edge of sense: each gives the right answer or one clear sentence."""

import warnings
from decimal import Decimal
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.mixed import Cell, CovarianceName, InputRefused, ModelSpec, NotEstimable, Statistics, Term, fit
from analytics.mixed.spec import DfMethod, Method

VISITS = ("v1", "v2", "v3", "v4")
ARMS = ("placebo", "active")


def test_a_million_identical_rows_leave_no_variation() -> None:
    statistics = Statistics.from_arrays(
        visits=VISITS, precision=Decimal(1), outcomes=np.tile([7.0, 5.0, 4.0, 3.0], (1_000_000, 1))
    )
    assert statistics.n_participants == 1_000_000
    with pytest.raises(NotEstimable, match="reproduce every value exactly"):
        fit(statistics)
    with pytest.raises(NotEstimable, match="reproduce every value exactly"):
        fit(statistics, ModelSpec(covariance="cs"))


def test_many_participants_with_a_large_offset_give_the_paired_differences() -> None:
    rng = np.random.default_rng(1)
    outcomes = np.round(1e6 + rng.normal(size=(200_000, 2)) @ np.array([[1.0, 0.5], [0.0, 1.0]]), 1)
    statistics = Statistics.from_arrays(visits=("a", "b"), precision=Decimal("0.1"), outcomes=outcomes)
    (change,) = fit(statistics).changes()
    differences = outcomes[:, 1] - outcomes[:, 0]
    assert change.estimate == pytest.approx(differences.mean(), abs=1e-9)
    assert change.se == pytest.approx(differences.std(ddof=1) / np.sqrt(200_000), rel=1e-8)
    assert change.df == pytest.approx(199_999, rel=1e-7)


def test_an_arm_without_participants_or_without_a_visit_is_named() -> None:
    rows = [(7, 5, 4, 3), (8, 6, 3, None), (6, 5, 5, None), (9, 4, 2, None), (5, 5, 1, None), (7, 3, 3, 9)]
    spec = ModelSpec(
        terms=(Term(), Term(by="visit"), Term(arm=True), Term(by="visit", arm=True)), covariance="cs"
    )

    def refusal(cells: list[Cell]) -> str:
        statistics = Statistics.build(
            visits=VISITS, precision=Decimal(1), vectors=rows, arms=ARMS, cells=cells
        )
        with pytest.raises(NotEstimable) as caught:
            fit(statistics, spec)
        return str(caught.value)

    placebo, active = Cell("placebo"), Cell("active")
    assert refusal([placebo] * 6) == (
        "No participant has values in arm active. Wait for data there, or leave the arm out of the analysis."
    )
    assert refusal([placebo, active, active, active, placebo, placebo]) == (
        "No participant has a value at v4 in arm active (3 at v1, 3 at v2, 3 at v3, 0 at v4). Wait for data "
        "there, or leave v4 out of the analysis."
    )


def test_a_random_site_needs_sites() -> None:
    rows = [(7, 5, 4, 3), (8, 6, 3, 4), (6, 5, 5, 2), (9, 4, 2, 1)]
    spec = ModelSpec(covariance="cs", random_site=True)
    with pytest.raises(InputRefused, match="needs the site of every participant"):
        fit(Statistics.build(visits=VISITS, precision=Decimal(1), vectors=rows), spec)
    cells = [Cell(site="A")] * 4
    with pytest.raises(NotEstimable, match="belong to the site A"):
        fit(Statistics.build(visits=VISITS, precision=Decimal(1), vectors=rows, cells=cells), spec)


def test_values_that_determine_each_other_only_where_nobody_was_seen_twice_are_refused() -> None:
    """Sigma must be positive definite as a whole, even when nobody attended all visits."""
    rows = [(1, 9, None), (9, 1, None), (None, 1, 9), (None, 9, 1), (1, None, 9), (9, None, 1), (5, None, 6)]
    statistics = Statistics.build(visits=VISITS[:3], precision=Decimal(1), vectors=rows)
    with pytest.raises(NotEstimable, match="has no maximum"):
        fit(statistics, ModelSpec(covariance="cs", method="ML"))


@pytest.mark.parametrize(
    ("covariance", "rows"),
    [
        ("ar1h", [(5, 3), (None, 0), (2, 4), (0, 4)]),
        ("adh", [(None, 5, 5), (1, 4, 1), (0, 5, 4), (3, 1, None)]),
        ("csh", [(2, 0, 8), (2, 4, 8), (5, 9, 6), (3, 7, 7), (None, 6, 9)]),
    ],
)
def test_a_kenward_roger_covariance_that_is_none_is_refused_and_satterthwaite_is_not(
    covariance: CovarianceName, rows: list[tuple[int | None, ...]]
) -> None:
    """The second derivatives take more than the model's covariance has."""
    statistics = Statistics.build(visits=VISITS[: len(rows[0])], precision=Decimal(1), vectors=rows)
    with pytest.raises(NotEstimable, match="leaves no valid covariance of the coefficients"):
        fit(statistics, ModelSpec(covariance=covariance, df_method="kenward-roger"))
    other = fit(statistics, ModelSpec(covariance=covariance, df_method="satterthwaite"))
    assert other.converged
    assert not other.at_boundary
    assert all(row.se > 0 and row.df > 1 for row in other.coefficients())


@st.composite
def anything(draw: st.DrawFn) -> tuple[Statistics, ModelSpec]:
    visits = draw(st.integers(1, 4))
    value = st.none() | st.integers(0, draw(st.sampled_from([0, 1, 3, 10])))
    rows = draw(st.lists(st.tuples(*[value] * visits), max_size=10))
    arms = ARMS if draw(st.booleans()) else ()
    cell = st.builds(Cell, st.sampled_from(arms or ("",)), st.sampled_from(["A", "B", "C"]))
    terms = [Term(), Term(by=draw(st.sampled_from(["visit", "time"])))]
    if arms:
        terms += [Term(arm=True), Term(by=terms[1].by, arm=True)]
    statistics = Statistics.build(
        visits=VISITS[:visits],
        precision=Decimal(1),
        vectors=rows,
        arms=arms,
        cells=draw(st.lists(cell, min_size=len(rows), max_size=len(rows))),
    )
    spec = ModelSpec(
        terms=tuple(terms),
        covariance=draw(st.sampled_from(get_args(CovarianceName))),
        covariance_by_arm=bool(arms) and draw(st.booleans()),
        method=draw(st.sampled_from(get_args(Method))),
        df_method=draw(st.sampled_from(get_args(DfMethod))),
        random_site=draw(st.booleans()),
        times=tuple(float(visit) for visit in range(visits)),
    )
    return statistics, spec


@settings(max_examples=200, deadline=None)
@given(anything())
def test_whatever_comes_gives_finite_numbers_or_a_sentence(given_: tuple[Statistics, ModelSpec]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = fit(*given_)
        except (InputRefused, NotEstimable):
            return
        if not result.converged:
            assert any("do not use the estimates" in warning for warning in result.warnings)
            return
        rows = (*result.coefficients(), *result.means(), *result.changes(), *result.differences())
    numbers = [(row.estimate, row.se, row.lower, row.upper, row.statistic, row.p) for row in rows]
    assert np.isfinite(numbers).all()
    assert all(row.df > 0 and row.se > 0 for row in rows)
    assert result.gradient_norm < 1e-5


def test_data_that_hardly_determine_the_covariance_are_refused() -> None:
    rows = [(None, 3, None), (2, None, 5), (4, 4, 4), (None, 0, 4), (4, 3, None)]
    statistics = Statistics.build(visits=VISITS[:3], precision=Decimal(1), vectors=rows)
    with pytest.raises(NotEstimable, match=r"hardly determine .* a test of visitv2 would have 0\.02 degrees"):
        fit(statistics, ModelSpec(covariance="adh", df_method="satterthwaite"))
    result = fit(statistics, ModelSpec(covariance="cs", df_method="satterthwaite"))
    assert result.converged
    assert min(coefficient.df for coefficient in result.coefficients()) > 4
