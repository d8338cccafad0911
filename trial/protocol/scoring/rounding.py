"""Rounding of derived scores."""

from decimal import Decimal
from fractions import Fraction


def half_up(value: Fraction, places: int) -> Decimal:
    """Round a number that is not negative half up to `places` decimals, exactly: no float is met."""
    units = int(value * 10**places + Fraction(1, 2))
    return Decimal(units).scaleb(-places)
