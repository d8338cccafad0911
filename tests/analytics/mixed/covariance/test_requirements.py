"""What the data must have for each structure, and the sentence when they have not."""

import pytest

from analytics.mixed import NotEstimable
from analytics.mixed.coverage import Coverage
from tests.analytics.mixed.covariance.examples import KINDS, NAMES, coverage, full, structure

EVEN_LAGS_ONLY = coverage([[9, 0, 9], [0, 9, 0], [9, 0, 9]])


def refusal(kind: str, given: Coverage) -> str:
    with pytest.raises(NotEstimable) as caught:
        structure(kind, len(given.visits)).check(given)
    return str(caught.value)


@pytest.mark.parametrize("size", [3, 4, 5])
@pytest.mark.parametrize("kind", KINDS)
def test_complete_data_are_enough(kind: str, size: int) -> None:
    structure(kind, size).check(full(size))


@pytest.mark.parametrize("kind", [kind for kind in NAMES if kind != "ris"])
def test_two_visits_are_enough_without_a_random_slope(kind: str) -> None:
    structure(kind, 2).check(full(2))


@pytest.mark.parametrize("kind", ["un", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "diag"])
def test_one_visit_is_enough_for_a_variance(kind: str) -> None:
    structure(kind, 1).check(coverage([[9]]))


@pytest.mark.parametrize("kind", ["cs", "ri"])
def test_one_visit_cannot_tell_between_from_within(kind: str) -> None:
    assert refusal(kind, coverage([[9]], two=0)) == (
        "No participant has values at two visits or more (9 at BL); at least 2 are needed to tell variation "
        "between participants from variation within them. Wait for more visits."
    )


@pytest.mark.parametrize("kind", ["un", "csh", "ar1h", "toeph", "adh", "diag"])
def test_a_variance_needs_two_values_that_differ(kind: str) -> None:
    assert refusal(kind, coverage([[9, 1, 9], [1, 1, 1], [9, 1, 9]])) == (
        "Only 1 participant has a value at W1 (9 at BL, 1 at W1, 9 at W2); the variance at W1 needs at least "
        "2. Wait for more data, leave the visit out, or use a covariance with fewer parameters (cs)."
    )
    assert refusal(kind, coverage([[9] * 3] * 3, constant=(2,))).startswith(
        "All 9 values at W2 are the same, so the variance at W2 is zero"
    )


@pytest.mark.parametrize("kind", ["cs", "ri", "ris", "ar1", "toep", "ad"])
def test_a_common_variance_needs_no_values_at_each_visit(kind: str) -> None:
    structure(kind, 3).check(coverage([[9] * 3] * 3, constant=(2,)))


def test_a_covariance_needs_two_participants_at_both_visits() -> None:
    assert refusal("un", coverage([[9, 9, 9], [9, 9, 1], [9, 1, 9]])).startswith(
        "Only 1 participant has values at both W1 and W2 (9 at BL, 9 at W1, 9 at W2); their covariance needs"
    )


def test_unstructured_needs_more_participants_than_visits() -> None:
    assert "covariance of 3 visits needs at least 4" in refusal("un", full(3, participants=3))


@pytest.mark.parametrize("kind", ["ad", "adh"])
def test_neighbouring_visits_need_two_participants_at_both(kind: str) -> None:
    given = coverage([[9, 9, 0], [9, 9, 9], [0, 9, 9]])
    structure(kind, 3).check(given)
    assert refusal(kind, EVEN_LAGS_ONLY).startswith("No participant has values at both BL and W1")
    assert "their correlation needs at least 2" in refusal(kind, EVEN_LAGS_ONLY)


@pytest.mark.parametrize(("kind", "parameter"), [("toep", "covariance"), ("toeph", "correlation")])
def test_each_lag_needs_a_pair_of_visits(kind: str, parameter: str) -> None:
    structure(kind, 3).check(coverage([[9, 0, 9], [0, 9, 9], [9, 9, 9]]))
    assert refusal(kind, coverage([[9, 9, 1], [9, 9, 9], [1, 9, 9]])) == (
        "Only 1 participant has values at any one pair of visits at lag 2 (9 at BL, 9 at W1, 9 at W2); the "
        f"{parameter} at lag 2 needs at least 2. "
        "Wait for more data, leave the visit out, or use a covariance with fewer parameters (cs)."
    )


@pytest.mark.parametrize("kind", ["ar1", "ar1h"])
def test_even_lags_do_not_tell_the_sign_of_an_autoregressive_correlation(kind: str) -> None:
    assert refusal(kind, EVEN_LAGS_ONLY).startswith(
        "No participant has values at any one pair of visits at an odd lag"
    )


def test_a_common_correlation_needs_two_participants_with_two_visits() -> None:
    sentence = refusal("csh", coverage([[9, 1], [1, 9]]))
    assert sentence.startswith("Only 1 participant has values at two visits or more (9 at BL, 9 at W1)")
    assert "needed to estimate the correlation" in sentence


@pytest.mark.parametrize(
    "given",
    [coverage([[9]]), full(2), coverage([[9, 0, 0], [0, 9, 0], [0, 0, 9]])],
    ids=("1", "2", "none shared"),
)
@pytest.mark.parametrize("kind", ["ris", "fanning out"])
def test_a_random_slope_needs_three_visits_that_share_participants(kind: str, given: Coverage) -> None:
    sentence = refusal(kind, given)
    assert sentence.startswith(
        f"The visits that at least 2 participants share ({given.counts()}) do not tell apart"
    )
    assert "at least 3 visits at different times" in sentence


def test_a_random_slope_needs_different_times() -> None:
    same = KINDS["ris"](("BL", "W1", "W2"), (1.0, 1.0, 1.0))
    with pytest.raises(NotEstimable, match="at different times"):
        same.check(full(3))
