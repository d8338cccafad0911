"""Whole families: which p values and which intervals each method gives."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from analytics.mixed.adjustment import Adjusted, AdjustmentName, adjust
from analytics.mixed.adjustment.single_step import critical_value, quantile
from analytics.mixed.adjustment.single_step import p_values as single_step

NAMES: tuple[AdjustmentName, ...] = ("multivariate-t", "holm", "bonferroni", "fixed-sequence")
ESTIMATES = [-1.5, -2.3, 0.4]
ERRORS = [0.4, 0.5, 0.45]
DFS = [20.5, 18.9, float("inf")]
CORRELATION = np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.6], [0.3, 0.6, 1.0]])
P_VALUES = [0.0013, 0.0002, 0.37]


def family(*names: AdjustmentName, dfs: list[float] = DFS) -> tuple[dict[AdjustmentName, Adjusted], ...]:
    return adjust(
        names,
        estimates=ESTIMATES,
        standard_errors=ERRORS,
        dfs=dfs,
        p_values=P_VALUES,
        correlation=CORRELATION,
        level=0.95,
    )


def half_width(adjusted: Adjusted) -> float:
    return (adjusted.upper - adjusted.lower) / 2


def test_each_contrast_gets_each_method_that_is_asked_for() -> None:
    assert [tuple(row) for row in family(*NAMES)] == [NAMES] * 3
    assert family() == ({}, {}, {})


def test_every_interval_is_centred_at_its_estimate() -> None:
    for row, estimate in zip(family(*NAMES), ESTIMATES, strict=True):
        for adjusted in row.values():
            assert (adjusted.lower + adjusted.upper) / 2 == pytest.approx(estimate)


def test_p_values_are_those_of_the_method() -> None:
    rows = family("holm", "bonferroni", "fixed-sequence")
    assert [row["holm"].p for row in rows] == pytest.approx([0.0026, 0.0006, 0.37])
    assert [row["bonferroni"].p for row in rows] == pytest.approx([0.0039, 0.0006, 1.0])
    assert [row["fixed-sequence"].p for row in rows] == pytest.approx([0.0013, 0.0013, 0.37])


def test_bonferroni_and_holm_share_the_error_and_keep_each_contrasts_own_df() -> None:
    for row, error, df in zip(family("holm", "bonferroni"), ERRORS, DFS, strict=True):
        assert half_width(row["bonferroni"]) == pytest.approx(quantile(df, 1 - 0.05 / 6) * error)
        assert half_width(row["holm"]) == half_width(row["bonferroni"])


def test_intervals_of_a_fixed_sequence_are_unadjusted() -> None:
    for row, error, df in zip(family("fixed-sequence"), ERRORS, DFS, strict=True):
        assert half_width(row["fixed-sequence"]) == pytest.approx(quantile(df, 0.975) * error)


def test_the_multivariate_t_takes_the_mean_df_unrounded() -> None:
    rows = family("multivariate-t", dfs=[20.5, 18.9, 17.0])
    statistics = [e / se for e, se in zip(ESTIMATES, ERRORS, strict=True)]
    expected = single_step(statistics, CORRELATION, 18.8)
    critical = critical_value(CORRELATION, 18.8, 0.95)
    assert [row["multivariate-t"].p for row in rows] == pytest.approx(expected)
    for row, error in zip(rows, ERRORS, strict=True):
        assert half_width(row["multivariate-t"]) == pytest.approx(critical * error)


def test_an_adjusted_p_value_is_never_below_the_unadjusted() -> None:
    for row, p in zip(family(*NAMES, dfs=[2000.0] * 3), P_VALUES, strict=True):
        assert all(adjusted.p >= p for adjusted in row.values())


def test_a_family_of_none_is_empty() -> None:
    nothing = adjust(
        NAMES, estimates=[], standard_errors=[], dfs=[], p_values=[], correlation=np.eye(0), level=0.95
    )
    assert nothing == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_family_of_one_is_not_adjusted(name: AdjustmentName) -> None:
    (row,) = adjust(
        [name],
        estimates=[2.0],
        standard_errors=[1.0],
        dfs=[7.5],
        p_values=[0.0829],
        correlation=[[1.0]],
        level=0.9,
    )
    assert row[name].p == pytest.approx(0.0829, abs=1e-4)
    assert half_width(row[name]) == pytest.approx(quantile(7.5, 0.95), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    statistics=st.lists(st.floats(-5, 5), min_size=3, max_size=3),
    dfs=st.lists(st.floats(1, 60), min_size=3, max_size=3),
    level=st.sampled_from([0.8, 0.95, 0.99]),
)
@example(statistics=[3.0, 0.5, -1.0], dfs=[2.1, 60.0, 60.0], level=0.95)
def test_the_multivariate_t_interval_excludes_zero_exactly_where_p_is_small(
    statistics: list[float], dfs: list[float], level: float
) -> None:
    p_values = [float(2 * stdtr(df, -abs(t))) for t, df in zip(statistics, dfs, strict=True)]
    rows = adjust(
        ["multivariate-t"],
        estimates=statistics,
        standard_errors=[1.0] * 3,
        dfs=dfs,
        p_values=p_values,
        correlation=CORRELATION,
        level=level,
    )
    for row in rows:
        adjusted = row["multivariate-t"]
        if abs(adjusted.p - (1 - level)) > 1e-8:
            assert (adjusted.p < 1 - level) == (adjusted.lower > 0 or adjusted.upper < 0)


def test_a_contrast_with_few_df_keeps_its_own_critical_value() -> None:
    few, many = family("multivariate-t", dfs=[2.1, 60.0, 60.0])[:2]
    assert half_width(few["multivariate-t"]) == pytest.approx(quantile(2.1, 0.975) * ERRORS[0])
    critical = critical_value(CORRELATION, 122.1 / 3, 0.95)
    assert half_width(many["multivariate-t"]) == pytest.approx(critical * ERRORS[1])
