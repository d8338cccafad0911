"""Values as whole multiples of their declared precision, so that every sum over participants is exact."""

from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation

from analytics.mixed.refusals import InputRefused

# A square of anything within these bounds fits a double with room to spare; no measurement comes near them.
LARGEST = Decimal("1e30")
FINEST = Decimal("1e-30")

_EXACT = Context(prec=80, traps=[Inexact, InvalidOperation])


def check_precision(precision: Decimal, what: str) -> None:
    """Refuses a precision that is not a positive decimal within bounds."""
    if not isinstance(precision, Decimal):
        raise InputRefused(
            f"Give the precision of {what} as a Decimal, for example Decimal('0.1'); got {precision!r}."
        )
    if not precision.is_finite() or not FINEST <= precision <= LARGEST:
        raise InputRefused(
            f"The precision of {what} must be a positive decimal such as 1 or 0.1; got {precision}."
        )


def quanta(value: Decimal | int, precision: Decimal, what: str) -> int:
    """`value` as a number of quanta, exactly.

    Refuses a float (its last digit is not what was measured), NaN, infinity, and a value that is not a whole
    multiple of the precision; the sentence begins with `what`.
    """
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
        raise InputRefused(f"{what} is {value!r}; give a Decimal, an int or None.")
    number = Decimal(value)
    if not number.is_finite():
        raise InputRefused(f"{what} is {value}; a value must be a finite number. A missing value is None.")
    if abs(number) > LARGEST:
        raise InputRefused(f"{what} is {value}, which is beyond ±{LARGEST}; check the value.")
    try:
        ratio = _EXACT.divide(number, precision)
    except DecimalException:
        ratio = Decimal("0.5")
    whole = int(ratio)
    if ratio != whole:
        raise InputRefused(
            f"{what} is {value}, which is not a multiple of the declared precision {precision}. "
            "Correct the value or declare the precision with which it was recorded."
        )
    return whole
