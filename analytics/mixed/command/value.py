"""The values that options take; each refuses, as argparse wants it, a text that is none."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import cast, get_args

from analytics.mixed.planning.trial import FEWEST
from analytics.mixed.quanta import check_precision
from analytics.mixed.refusals import InputRefused
from analytics.mixed.sensitivity import Strategy


def names(text: str) -> tuple[str, ...]:
    """Separated by commas, each once."""
    found = tuple(name.strip() for name in text.split(","))
    if not all(found) or len(set(found)) != len(found):
        raise ArgumentTypeError(f"{text!r} must name each once, separated by commas")
    return found


def precision(text: str) -> Decimal:
    """Positive."""
    try:
        found = Decimal(text)
        check_precision(found, "the outcome")
    except (InvalidOperation, InputRefused):
        raise ArgumentTypeError(f"{text!r} is not a positive number such as 1 or 0.1") from None
    return found


def number(text: str) -> float:
    """Finite."""
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not isfinite(found):
        raise ArgumentTypeError(f"{text!r} is not a finite number")
    return found


def whole(fewest: int) -> Callable[[str], int]:
    """A whole number of at least `fewest`."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < fewest:
            raise ArgumentTypeError(f"{text!r} is not a whole number of at least {fewest}")
        return int(text)

    return read


def strategies(text: str) -> tuple[Strategy, ...]:
    """Each once."""
    found = names(text)
    for strategy in found:
        if strategy not in get_args(Strategy):
            known = ", ".join(get_args(Strategy))
            raise ArgumentTypeError(f"{strategy!r} is no strategy; there are {known}")
    return cast(tuple[Strategy, ...], found)


def sizes(text: str) -> tuple[int, ...]:
    """Of trials of two equal arms, both together."""
    found = names(text)
    for size in found:
        if not size.isdecimal() or int(size) < FEWEST or int(size) % 2:
            raise ArgumentTypeError(
                f"{size!r} is not an even number of at least {FEWEST}, as a trial of two equal arms needs"
            )
    return tuple(map(int, found))


def deltas(text: str) -> tuple[float, ...]:
    """From zero on, in one direction."""
    found = tuple(map(number, names(text)))
    if found[0] != 0 or list(found) not in (sorted(set(found)), sorted(set(found), reverse=True)):
        raise ArgumentTypeError(f"{text!r} must begin at zero and go in one direction, as 0,1,2 does")
    return found
