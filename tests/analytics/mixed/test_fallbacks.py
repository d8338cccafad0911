"""The declared order of fall-backs: what was tried, why it was not fitted, and what was fitted instead."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from analytics.mixed import ModelSpec, NotEstimable, Statistics, fit
from tests.analytics.mixed.reference import fitted, model

VISITS = ("BL", "W1", "W2", "W12")
# Too few for ten parameters, enough for two.
FEW = [(7, 5, 4, 3), (8, 6, 3, 2), (6, 5, 5, 1), (9, 4, 2, 4)]
ZERO_AT_LAST = [(7, 5, 4, 0), (8, 6, 3, 0), (6, 5, 5, 0), (9, 4, 2, 0), (5, 5, 1, 0), (7, 3, 3, 0)]


def statistics(rows: Sequence[tuple[int, ...]]) -> Statistics:
    return Statistics.build(visits=VISITS, precision=Decimal(1), vectors=rows)


def test_the_first_fall_back_that_can_be_estimated_is_fitted_and_said() -> None:
    result = fit(statistics(ZERO_AT_LAST), ModelSpec(covariance="un", fallbacks=("toeph", "ar1h", "cs")))
    assert result.converged
    assert result.covariance == "cs"
    assert [attempt.covariance for attempt in result.attempts] == ["un", "toeph", "ar1h"]
    assert all("W12" in attempt.reason for attempt in result.attempts)
    assert result.warnings[0].startswith(
        "Unstructured covariance was not fitted: All 6 values at W12 are the same"
    )
    assert result.warnings[3] == "The declared fall-back was fitted instead: compound symmetry."


def test_the_numbers_of_a_fall_back_are_those_of_its_own_fit() -> None:
    fallen = fit(statistics(ZERO_AT_LAST), ModelSpec(covariance="un", fallbacks=("cs",)))
    alone = fit(statistics(ZERO_AT_LAST), ModelSpec(covariance="cs"))
    assert fallen.changes() == alone.changes()
    assert fallen.theta_names == alone.theta_names


def test_a_first_choice_that_can_be_estimated_needs_no_fall_back() -> None:
    result = fitted("pilot26_nrs_un")
    assert (result.covariance, result.attempts, result.warnings) == ("un", (), ())


def test_without_any_way_out_the_sentence_names_all_that_was_tried() -> None:
    with pytest.raises(NotEstimable) as caught:
        fit(statistics([(4, 4, 4, 0)] * 6), ModelSpec(covariance="un", fallbacks=("cs",)))
    assert str(caught.value).startswith("The means of the model reproduce every value exactly")
    with pytest.raises(NotEstimable, match=r"The declared fall-backs \(heterogeneous Toeplitz\) cannot"):
        fit(statistics(ZERO_AT_LAST), ModelSpec(covariance="un", fallbacks=("toeph",)))


def test_a_search_that_does_not_converge_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    pilot, _ = model("pilot26_nrs_un")
    monkeypatch.setattr("analytics.mixed.optimiser.ITERATIONS", 5)
    result = fit(pilot, ModelSpec(covariance="un", fallbacks=("cs",)))
    assert result.covariance == "cs"
    assert result.attempts[0].reason.startswith("The search for the maximum took more than 5 iterations")


def test_when_nothing_converges_the_first_choice_is_shown_as_not_converged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("analytics.mixed.optimiser.ITERATIONS", 0)
    result = fit(
        statistics([*ZERO_AT_LAST[:-1], (1, 9, 2, 5)]), ModelSpec(covariance="un", fallbacks=("cs",))
    )
    assert not result.converged
    assert result.covariance == "un"
    assert [attempt.covariance for attempt in result.attempts] == ["cs"]


def test_unstructured_needs_more_participants_than_visits_and_says_so() -> None:
    with pytest.raises(NotEstimable, match="Only 4 participants have values"):
        fit(statistics(FEW), ModelSpec())
