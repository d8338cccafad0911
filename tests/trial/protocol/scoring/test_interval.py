"""Whole months between two days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.protocol.partial_date import add_months
from trial.protocol.scoring.interval import whole_months

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(DAYS, st.integers(0, 1200))
def test_so_many_months_later_so_many_are_over(day: date, months: int) -> None:
    assert whole_months(day, add_months(day, months)) == months


@given(DAYS, DAYS)
def test_the_later_day_lies_in_the_month_that_is_counted(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    months = whole_months(earlier, later)
    assert add_months(earlier, months) <= later < add_months(earlier, months + 1)


@given(DAYS, DAYS)
def test_backwards_it_counts_below_zero(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert whole_months(later, earlier) == -whole_months(earlier, later)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 1, 15), date(2026, 7, 14), 5),
        (date(2026, 1, 15), date(2026, 7, 15), 6),
    ],
)
def test_months_over_month_ends_and_leap_days(earlier: date, later: date, months: int) -> None:
    assert whole_months(earlier, later) == months
