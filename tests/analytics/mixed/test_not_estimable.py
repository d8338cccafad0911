"""What cannot be estimated says why, where, and what to do."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest

from analytics.mixed import Column, InputRefused, ModelSpec, NotEstimable, Statistics, Term, fit
from analytics.mixed.spec import CovarianceName

COVARIANCES: tuple[CovarianceName, ...] = ("ri", "cs", "un")
Vector = Sequence[int | None]


def refusal(rows: Sequence[Vector], spec: ModelSpec, columns: Sequence[Column] = ()) -> str:
    visits = ("BL", "W1", "W2")[: len(rows[0]) - len(columns)] if rows else ("BL", "W1", "W2")
    statistics = Statistics.build(visits=visits, precision=Decimal(1), vectors=rows, columns=columns)
    with pytest.raises(NotEstimable) as caught:
        fit(statistics, spec)
    return str(caught.value)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_no_participant_is_a_sentence(covariance: CovarianceName) -> None:
    assert refusal([], ModelSpec(covariance=covariance)).startswith(
        "No participant has values; a mixed model"
    )


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_one_participant_is_a_sentence(covariance: CovarianceName) -> None:
    sentence = refusal([(7, 5, 4)], ModelSpec(covariance=covariance))
    assert sentence == (
        "Only 1 participant has values; a mixed model needs at least 2 participants. Wait for more."
    )


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_visit_without_any_value_is_named_with_the_counts(covariance: CovarianceName) -> None:
    rows = [(7, 5, None), (8, 6, None), (6, 3, None), (9, None, None)]
    assert refusal(rows, ModelSpec(covariance=covariance)) == (
        "No participant has a value at W2 (4 at BL, 3 at W1, 0 at W2). "
        "Wait for data there, or leave W2 out of the analysis."
    )


@pytest.mark.parametrize("covariance", ["ri", "cs"])
def test_one_visit_cannot_tell_between_from_within(covariance: CovarianceName) -> None:
    sentence = refusal([(7,), (5,), (8,)], ModelSpec(covariance=covariance))
    assert sentence.startswith(
        "No participant has values at two visits or more (3 at BL); at least 2 are needed"
    )


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_constant_outcome_is_a_sentence(covariance: CovarianceName) -> None:
    sentence = refusal([(4, 4, 4)] * 6, ModelSpec(covariance=covariance))
    assert "All 6 values at BL are the same" in sentence or "reproduce every value exactly" in sentence


def test_zero_variance_at_a_visit_names_the_visit() -> None:
    rows = [(7, 5, 0), (8, 6, 0), (6, 2, 0), (9, 5, 0), (5, 5, 0), (7, 1, None)]
    sentence = refusal(rows, ModelSpec())
    assert sentence.startswith("All 5 values at W2 are the same, so the variance at W2 is zero")
    assert "leave the visit out" in sentence


@pytest.mark.parametrize("covariance", ["ri", "cs"])
def test_zero_variance_at_a_visit_is_no_obstacle_with_one_residual_variance(
    covariance: CovarianceName,
) -> None:
    rows = [(7, 5, 0), (8, 6, 0), (6, 2, 0), (9, 5, 0), (5, 5, 0), (7, 1, None)]
    statistics = Statistics.build(visits=("BL", "W1", "W2"), precision=Decimal(1), vectors=rows)
    assert fit(statistics, ModelSpec(covariance=covariance)).converged


def test_two_visits_that_no_two_participants_share_are_named() -> None:
    rows = [(7, 5, None), (8, 6, None), (6, 2, None), (9, None, 1), (5, None, 5), (7, None, 4)]
    sentence = refusal(rows, ModelSpec())
    assert sentence.startswith("No participant has values at both W1 and W2 (6 at BL, 3 at W1, 3 at W2)")


def test_too_few_participants_for_unstructured_are_counted() -> None:
    sentence = refusal([(7, 5, 3), (8, 6, 1), (6, 2, 2)], ModelSpec())
    assert sentence.startswith("Only 3 participants have values (3 at BL, 3 at W1, 3 at W2); an unstructured")
    assert "of 3 visits needs at least 4" in sentence


def test_a_single_value_at_a_visit_is_named() -> None:
    rows = [(7, 5, 3), (8, 6, None), (6, 2, None), (9, 5, None), (5, 5, None)]
    assert refusal(rows, ModelSpec()).startswith("Only 1 participant has a value at W2")


def test_a_visit_that_copies_another_has_no_maximum() -> None:
    rows = [(7, 5, 5), (8, 6, 6), (6, 2, 2), (9, 5, 5), (5, 5, 5), (7, 1, 1), (3, 1, 1)]
    assert refusal(rows, ModelSpec()).startswith("The likelihood has no maximum")


@pytest.mark.parametrize("covariance", ["ri", "cs"])
def test_parallel_courses_have_no_maximum(covariance: CovarianceName) -> None:
    rows = [(7, 5, 4), (8, 6, 5), (6, 4, 3), (9, 7, 6)]
    assert refusal(rows, ModelSpec(covariance=covariance)).startswith("The likelihood has no maximum")


def test_more_effects_than_values_is_a_sentence() -> None:
    sentence = refusal([(7, 5), (8, None)], ModelSpec(covariance="un", terms=(Term(), Term(by="visit"))))
    assert "needs at least 2" in sentence


def test_an_aliased_covariate_is_named() -> None:
    rows = [
        (1, 0, 7, 5, 4),
        (0, 1, 8, 5, 6),
        (1, 0, 6, 2, 1),
        (0, 1, 9, 6, 6),
        (0, 1, 5, 5, 2),
        (1, 0, 3, 3, 3),
    ]
    spec = ModelSpec(terms=(Term(), Term("F"), Term("M"), Term(by="visit")), covariance="cs")
    sentence = refusal(rows, spec, [Column("F"), Column("M")])
    assert sentence == (
        "The effect M cannot be estimated: in these data it is a combination of (Intercept), F. "
        "Leave it out of the model."
    )


def test_a_covariate_that_is_the_same_for_all_is_named() -> None:
    rows = [(50, 7, 5, 4), (50, 8, 5, 6), (50, 6, 2, 1), (50, 9, 6, 6), (50, 5, 5, 2)]
    spec = ModelSpec(terms=(Term(), Term("age"), Term(by="visit")))
    assert refusal(rows, spec, [Column("age")]).startswith("The effect age cannot be estimated")


def test_a_search_that_ends_too_early_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.mixed.optimiser.ITERATIONS", 1)
    rows = [(7, 5, 4), (8, 5, 6), (6, 2, 1), (9, 6, 6), (5, 5, 2), (3, 3, 3), (6, 6, None)]
    statistics = Statistics.build(visits=("BL", "W1", "W2"), precision=Decimal(1), vectors=rows)
    result = fit(statistics, ModelSpec())
    assert not result.converged
    assert result.warnings == (
        "The search for the maximum took more than 1 iterations; do not use the estimates.",
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"covariance": "sp"}, "covariance must be one of un, cs, .*; got 'sp'"),
        ({"fallbacks": ("cs", "cs")}, "each covariance once"),
        ({"information": "none"}, "information must be one of observed, expected"),
        ({"method": "OLS"}, "method must be one of REML, ML"),
        ({"df_method": "t"}, "df_method must be one of kenward-roger"),
        ({"level": 95}, "between 0 and 1"),
        ({"times": (0, 1, np.inf)}, "must be finite"),
        ({"terms": ()}, "at least one term"),
        ({"terms": (Term(), Term())}, "each term once"),
    ],
)
def test_a_specification_that_means_nothing_is_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(InputRefused, match=words):
        ModelSpec(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (ModelSpec(terms=(Term(), Term("bmi"))), "names the column 'bmi'; the statistics hold: none"),
        (ModelSpec(terms=(Term(), Term(by="time"))), "one nominal time for each of the 3 visits"),
        (ModelSpec(terms=(Term(), Term(arm=True))), "names arms, but the statistics hold none"),
    ],
)
def test_a_specification_that_does_not_fit_the_statistics_is_refused(spec: ModelSpec, words: str) -> None:
    statistics = Statistics.build(visits=("BL", "W1", "W2"), precision=Decimal(1), vectors=[(1, 2, 3)])
    with pytest.raises(InputRefused, match=words):
        fit(statistics, spec)


def test_a_diary_in_too_many_patterns_is_refused_before_memory_ends() -> None:
    rng = np.random.default_rng(1)
    outcomes = np.where(rng.random((60, 50)) < 0.1, np.nan, rng.integers(0, 11, (60, 50)).astype(float))
    visits = tuple(str(day) for day in range(50))
    statistics = Statistics.from_arrays(visits=visits, precision=Decimal(1), outcomes=outcomes)
    with pytest.raises(
        NotEstimable, match="50 visits in 60 patterns of attendance with 50 effects would need 3 GB"
    ):
        fit(statistics, ModelSpec(covariance="ar1"))
    slope = ModelSpec(
        terms=(Term(), Term(by="time")), covariance="ar1", times=tuple(float(day) for day in range(50))
    )
    assert fit(statistics, slope).converged


@pytest.mark.parametrize(
    ("covariance", "rows", "words"),
    [
        (
            "ar1h",
            [(None, None, 3), (1, 3, 5), (None, 5, None), (4, 4, 4), (None, None, 2)],
            "A test of (Intercept) has only 0.43 degrees of freedom: the data hardly determine its standard "
            "error.",
        ),
        (
            "ad",
            [(2, 3, 3), (2, 1, 3), (2, None, 3), (0, None, 4), (3, None, 4)],
            "The Kenward–Roger adjustment makes the standard error of visitW2 smaller, to 62 % of the "
            "model's: the data are too few for it to be trusted.",
        ),
    ],
)
def test_few_data_are_said_to_be_few(covariance: CovarianceName, rows: Sequence[Vector], words: str) -> None:
    statistics = Statistics.build(visits=("BL", "W1", "W2"), precision=Decimal(1), vectors=rows)
    assert words in fit(statistics, ModelSpec(covariance=covariance)).warnings
