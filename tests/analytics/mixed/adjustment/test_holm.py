"""Holm's step-down adjustment."""

import pytest

from analytics.mixed.adjustment.holm import holm


def test_holm_multiplies_the_smallest_by_the_number_and_keeps_the_order() -> None:
    assert holm([0.03, 0.01, 0.02]) == pytest.approx((0.04, 0.03, 0.04))


def test_holm_never_exceeds_one() -> None:
    assert holm([0.6, 0.9]) == (1.0, 1.0)


def test_holm_of_one_test_is_the_test_and_of_none_is_nothing() -> None:
    assert holm([0.04]) == (0.04,)
    assert holm([]) == ()
