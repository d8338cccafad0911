"""A covariate as subject columns: itself when it is numeric, else a dummy for each level but the first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analytics.mixed.column import Column
from analytics.mixed.command.number import finest, is_number, read_number
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import INTERCEPT

MOST_LEVELS = 200


@dataclass(frozen=True)
class Coding:
    """`levels` are those with a dummy, empty for a number."""

    columns: tuple[Column, ...]
    levels: tuple[str, ...] = ()

    def values(self, text: str) -> tuple[Decimal, ...]:
        """One for each column."""
        if self.levels:
            return tuple(Decimal(text == level) for level in self.levels)
        return (Decimal(text),)


def coding(name: str, texts: Iterable[str]) -> Coding:
    """Numeric when every text is a number; levels are sorted as text and the first is the reference.

    Refuses a covariate with one level, with so many that it must be a name, or called as the intercept is.
    """
    if name == INTERCEPT:
        raise InputRefused(f"A covariate cannot be called {INTERCEPT}; rename the column.")
    different = sorted(set(texts))
    if all(map(is_number, different)):
        what = f"The covariate {name}"
        for text in different:
            read_number(text, what)
        return Coding((Column(name, finest(different, what)),))
    _check_levels(name, different)
    return Coding(tuple(Column(name + level, factor=name) for level in different[1:]), tuple(different[1:]))


def _check_levels(name: str, levels: Sequence[str]) -> None:
    if len(levels) == 1:
        raise InputRefused(f"The covariate {name} is {levels[0]} for everybody; leave it out.")
    if len(levels) > MOST_LEVELS:
        raise InputRefused(
            f"The covariate {name} has {len(levels)} different texts, for example {levels[0]!r}; a category "
            f"may have {MOST_LEVELS}, and a number must be a number in every row."
        )
