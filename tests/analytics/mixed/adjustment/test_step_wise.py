"""Adjustments that need p values only."""

import pytest

from analytics.mixed.adjustment.bonferroni import bonferroni
from analytics.mixed.adjustment.fixed_sequence import fixed_sequence


def test_bonferroni_multiplies_by_the_number_and_never_exceeds_one() -> None:
    assert bonferroni([0.03, 0.01, 0.5]) == pytest.approx((0.09, 0.03, 1.0))


def test_in_a_fixed_sequence_nothing_succeeds_after_the_first_failure() -> None:
    assert fixed_sequence([0.01, 0.2, 0.001, 0.3]) == (0.01, 0.2, 0.2, 0.3)


def test_of_one_test_they_are_the_test_and_of_none_nothing() -> None:
    assert bonferroni([0.04]) == fixed_sequence([0.04]) == (0.04,)
    assert bonferroni([]) == fixed_sequence([]) == ()
