"""From values to whole numbers of quanta: one vector of Decimals, or arrays of many participants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.cell import AWAITED, Awaited, Cell, Stratum
from analytics.mixed.column import Column
from analytics.mixed.quanta import quanta
from analytics.mixed.refusals import InputRefused

Outcome = Decimal | int | Awaited | None
Vector = Sequence[Outcome]
Rows = npt.NDArray[Any]
Products = tuple[int, ...]

# A double holds every whole number up to here, so sums that stay below are exact in whatever order.
EXACT_DOUBLE = 2**53
EXACT_INTEGER = 2**63
# With the arm or a number of at most 2³² above them, the bits of so many visits fit 64.
VISITS_AT_ONCE = 24


@dataclass(frozen=True)
class Shape:
    """What the elements of a vector (1, columns, outcome at each visit) are, and which arms there are."""

    visits: tuple[str, ...]
    precision: Decimal
    columns: tuple[Column, ...]
    arms: tuple[str, ...]

    def encode(self, vector: Vector, cell: Cell, who: str) -> tuple[Stratum, Products]:
        """The stratum and the row of integers; `who` begins the sentence of a refusal."""
        r = len(self.columns)
        if len(vector) != r + len(self.visits):
            raise InputRefused(
                f"{who}a vector of {len(vector)} values was given; expected {r} covariates and "
                f"{len(self.visits)} visits ({', '.join(self.visits)})."
            )
        self._check_arm(cell.arm, who)
        covariates = [
            _covariate(value, column, who) for value, column in zip(vector, self.columns, strict=False)
        ]
        outcomes = [
            0
            if value is None or value is AWAITED
            else quanta(value, self.precision, f"{who}the value at {visit}")
            for visit, value in zip(self.visits, vector[r:], strict=True)
        ]
        pattern = "".join(map(_mark, vector[r:]))
        return Stratum(*cell, pattern), (1, *covariates, *outcomes)

    def encode_arrays(self, outcomes: Floats, covariates: Floats) -> Rows:
        """Rows (1, columns, outcomes) of many participants in quanta, as doubles that are whole numbers."""
        _check_finite(outcomes, covariates)
        parts = [np.ones((len(outcomes), 1))]
        for number, column in enumerate(self.columns):
            parts.append(_whole(covariates[:, number : number + 1], column.precision, (column.name,)))
        visits = tuple(f"the value at {visit}" for visit in self.visits)
        parts.append(_whole(np.nan_to_num(outcomes), self.precision, visits))
        return np.hstack(parts)

    def _check_arm(self, arm: str, who: str) -> None:
        if arm not in (self.arms or ("",)):
            known = ", ".join(self.arms) or "none"
            raise InputRefused(f"{who}the arm {arm!r} was not declared; the arms are: {known}.")


def stratum_codes(
    arm_numbers: npt.NDArray[np.int64], attended: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Equal numbers for participants of the same arm and pattern, other numbers for others."""
    codes = arm_numbers
    for first in range(0, attended.shape[1], VISITS_AT_ONCE):
        marks = attended[:, first : first + VISITS_AT_ONCE]
        if first:
            # small again, so that the bits of more visits cannot leave 64
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
        codes = (codes << marks.shape[1]) + marks @ (1 << np.arange(marks.shape[1], dtype=np.int64))
    return codes


def products_by_code(rows: Rows, codes: npt.NDArray[np.int64]) -> list[tuple[int, Products]]:
    """For each code that occurs the number of its first row, and the cross-products of its rows."""
    if not len(rows):
        return []
    order = np.argsort(codes, kind="stable")
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    parts = np.split(rows[order], cuts)
    first = order[np.concatenate([[0], cuts])].tolist()
    if _bound(rows) >= EXACT_DOUBLE:
        return [(row, cross_products(part)) for row, part in zip(first, parts, strict=True)]
    below, beside = _lower_triangle(rows.shape[1])
    exact = np.stack([part.T @ part for part in parts])[:, below, beside].astype(np.int64)
    return [(row, tuple(products)) for row, products in zip(first, exact.tolist(), strict=True)]


def _bound(rows: Rows) -> int:
    """What no sum of products over any of the rows exceeds."""
    return len(rows) * int(np.abs(rows).max()) ** 2


def cross_products(rows: Rows) -> Products:
    """The lower triangle of the sum of v v', exactly: in doubles or 64-bit integers while no sum can leave
    them.
    """
    bound = _bound(rows)
    if bound < EXACT_DOUBLE:
        array: Rows = rows.astype(np.float64, copy=False)
    else:
        array = rows.astype(np.int64) if bound < EXACT_INTEGER else _python_integers(rows)
    products = (array.T @ array)[_lower_triangle(array.shape[1])]
    return tuple(int(value) for value in products.tolist())


@cache
def _lower_triangle(size: int) -> tuple[npt.NDArray[np.intp], ...]:
    return np.tril_indices(size)


def own_products(row: Products) -> Products:
    """The lower triangle of v v' of one participant."""
    return tuple(a * b for place, a in enumerate(row, start=1) for b in row[:place])


def _python_integers(rows: Rows) -> Rows:
    return np.asarray(np.vectorize(int, otypes=[object])(rows))


def table(rows: Iterable[Products]) -> Rows:
    """Rows of Python integers as an array: of 64 bits where they fit."""
    listed = list(rows)
    fits = max(abs(value) for row in listed for value in row) < EXACT_DOUBLE
    return np.array(listed, dtype=np.int64 if fits else object)


def _mark(value: Outcome) -> str:
    if value is AWAITED:
        return AWAITED.value
    return "0" if value is None else "1"


def _covariate(value: Outcome, column: Column, who: str) -> int:
    if value is None or value is AWAITED:
        raise InputRefused(f"{who}{column.name} is missing. Leave the participant out, or the column.")
    return quanta(value, column.precision, f"{who}{column.name}")


def _check_finite(outcomes: Floats, covariates: Floats) -> None:
    if np.isinf(outcomes).any() or not np.isfinite(covariates).all():
        raise InputRefused(
            "Values must be finite numbers: a missing outcome is NaN, and a covariate cannot be missing."
        )


def _whole(values: Floats, precision: Decimal, names: tuple[str, ...]) -> Floats:
    """The number of quanta of each value: of that multiple of the precision whose nearest double it is."""
    unit = Fraction(precision)
    numerator, denominator = float(unit.numerator), float(unit.denominator)
    whole = np.rint(values * denominator / numerator)
    wrong = np.argwhere((whole * numerator / denominator != values) | (np.abs(whole) >= EXACT_DOUBLE))
    if len(wrong):
        row, column = wrong[0]
        raise InputRefused(
            f"Participant {row + 1}: {names[column]} is {values[row, column]:.17g}, which is not a multiple "
            f"of the declared precision {precision}. Correct the value or declare the precision with which "
            "it was recorded."
        )
    return np.asarray(whole)
