"""Age and body mass index."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from trial.protocol.scoring.rounding import half_up


def mass_index(*, height: Decimal | None, weight: Decimal | None) -> Decimal | None:
    """Weight over height squared, kg/m² to 0.1, from cm and kg; None while one lacks."""
    if not height or weight is None:
        return None
    return half_up(Fraction(weight) / (Fraction(height) / 100) ** 2, 1)


def age(*, birth_year: int, on: date) -> int:
    """The age in whole years on a day when only the year of birth is known: that on 31 December is one
    more than that on 1 January, and the larger is taken, so nobody is made younger than they may be."""
    return on.year - birth_year
