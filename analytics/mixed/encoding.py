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
from analytics.mixed.cell import Cell, Stratum
from analytics.mixed.column import Column
from analytics.mixed.quanta import quanta
from analytics.mixed.refusals import InputRefused

Vector = Sequence[Decimal | int | None]
Rows = npt.NDArray[Any]
Products = tuple[int, ...]

# A double holds every whole number up to here, so sums that stay below are exact in whatever order.
EXACT_DOUBLE = 2**53
EXACT_INTEGER = 2**63


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
                f"{who}a vector of {len(vector)} values was given; expected {r} subject columns and "
                f"{len(self.visits)} visits ({', '.join(self.visits)})."
            )
        self._check_arm(cell.arm, who)
        covariates = [
            _covariate(value, column, who) for value, column in zip(vector, self.columns, strict=False)
        ]
        outcomes = [
            0 if value is None else quanta(value, self.precision, f"{who}the value at {visit}")
            for visit, value in zip(self.visits, vector[r:], strict=True)
        ]
        pattern = "".join("0" if value is None else "1" for value in vector[r:])
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


def products_by_code(rows: Rows, codes: npt.NDArray[np.int64]) -> dict[int, Products]:
    """The cross-products of the rows that share a code, for each code that occurs."""
    order = np.argsort(codes, kind="stable")
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    parts = np.split(rows[order], cuts)
    found = codes[order][np.concatenate([[0], cuts])].tolist() if len(codes) else []
    if not found or _bound(rows) >= EXACT_DOUBLE:
        return {code: cross_products(part) for code, part in zip(found, parts, strict=False)}
    below, beside = _lower_triangle(rows.shape[1])
    exact = np.stack([part.T @ part for part in parts])[:, below, beside].astype(np.int64)
    return {code: tuple(products) for code, products in zip(found, exact.tolist(), strict=True)}


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


def _covariate(value: Decimal | int | None, column: Column, who: str) -> int:
    if value is None:
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
