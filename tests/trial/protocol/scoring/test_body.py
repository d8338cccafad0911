"""Age and body mass index."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.protocol.scoring import body

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
HEIGHTS = st.decimals(50, 250, places=1)
WEIGHTS = st.decimals(20, 350, places=1)


@given(DAYS, DAYS)
def test_the_age_is_the_true_one_or_one_more(born: date, on: date) -> None:
    """The age by the whole date of birth, which nobody keeps, is what the day of the year decides."""
    true = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    assert body.age(birth_year=born.year, on=on) - true in (0, 1)


@given(st.integers(1900, 2099), DAYS)
def test_the_age_changes_with_the_year_alone(year: int, on: date) -> None:
    assert body.age(birth_year=year, on=on) == body.age(birth_year=year, on=date(on.year, 12, 31))


@given(HEIGHTS, WEIGHTS)
def test_the_index_lies_within_half_a_tenth_of_the_exact_value(height: Decimal, weight: Decimal) -> None:
    index = body.mass_index(height=height, weight=weight)
    assert index is not None
    exact = Fraction(weight) / (Fraction(height) / 100) ** 2
    assert -Fraction(1, 20) < Fraction(index) - exact <= Fraction(1, 20)


@given(HEIGHTS, WEIGHTS)
def test_the_index_falls_with_height(height: Decimal, weight: Decimal) -> None:
    taller = body.mass_index(height=height + 1, weight=weight)
    index = body.mass_index(height=height, weight=weight)
    assert taller is not None
    assert index is not None
    assert taller <= index


@pytest.mark.parametrize(("height", "weight"), [(None, Decimal(70)), (Decimal(170), None), (None, None)])
def test_one_measure_alone_makes_no_index(height: Decimal | None, weight: Decimal | None) -> None:
    assert body.mass_index(height=height, weight=weight) is None


def test_a_worked_example() -> None:
    assert body.mass_index(height=Decimal("170.0"), weight=Decimal("72.3")) == Decimal("25.0")
