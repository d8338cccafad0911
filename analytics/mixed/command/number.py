"""Texts as exact decimal numbers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from analytics.mixed.quanta import FINEST, LARGEST
from analytics.mixed.refusals import InputRefused

MOST_DECIMALS = -FINEST.adjusted()
MISSING = frozenset(("", "NA", "."))


def read_number(text: str, what: str) -> Decimal:
    """Exactly what the digits say.

    Refuses words, NaN, infinity and what no measurement comes near; the sentence begins with `what`.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InputRefused(f"{what} is {text!r}, which is not a number.") from None
    # Python reads 1_000 as a number; in a file it is a slip.
    if "_" in text:
        raise InputRefused(f"{what} is {text!r}, which is not a number.")
    if not number.is_finite():
        raise InputRefused(f"{what} is {text}; a value must be a finite number. Leave a missing value empty.")
    if number.copy_abs() > LARGEST:
        raise InputRefused(f"{what} is {text}, which is beyond ±{LARGEST}; check the value.")
    return number


def is_number(text: str) -> bool:
    """Whether it reads as one, be it finite or not."""
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return "_" not in text


def same_value(one: str, other: str) -> bool:
    """Whether two texts are equal, as numbers where they are numbers."""
    if one == other:
        return True
    try:
        return read_number(one, one) == read_number(other, other)
    except InputRefused:
        return False


def decimals(text: str, what: str) -> int:
    """How many decimals a number needs: 2 for "1.250", 5 for "1e-5", 0 for "300". Refuses more than 30."""
    mantissa, _, exponent = text.lower().partition("e")
    found = len(mantissa.partition(".")[2].rstrip("0")) - int(exponent or 0)
    if found > MOST_DECIMALS:
        raise InputRefused(f"{what} is {text}; at most {MOST_DECIMALS} decimals are possible.")
    return max(found, 0)


def finest(texts: Iterable[str], what: str) -> Decimal:
    """The precision of which all these numbers are whole multiples."""
    return Decimal(1).scaleb(-max((decimals(text, what) for text in texts), default=0))


def in_order(names: Iterable[str], what: str) -> tuple[str, ...]:
    """As numbers where all are numbers, else as text. Refuses two spellings of a number: 1 and 1.0."""
    known = list(names)
    if not all(map(is_number, known)):
        return tuple(sorted(known))
    ordered = sorted(known, key=lambda name: read_number(name, what))
    _check_spelling(ordered, what)
    return tuple(ordered)


def _check_spelling(ordered: Sequence[str], what: str) -> None:
    for one, other in pairwise(ordered):
        if Decimal(one) == Decimal(other):
            raise InputRefused(
                f"{what} is written {one!r} and {other!r}, which are the same number; write it one way."
            )
