import pytest

from analytics.description import Spread


def test_a_few_numbers_in_the_order_of_a_table() -> None:
    spread = Spread.of([4, None, 1, 7, 8])
    assert (spread.n, spread.mean, spread.median, spread.low, spread.high) == (4, 5.0, 5.5, 1.0, 8.0)
    assert spread.sd == pytest.approx((30 / 3) ** 0.5)


def test_one_number_has_no_deviation() -> None:
    assert Spread.of([3]) == Spread(1, 3.0, None, 3.0, 3.0, 3.0)


def test_of_nothing_nothing_is_said() -> None:
    assert Spread.of([None]) == Spread(0, None, None, None, None, None)
