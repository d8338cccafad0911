"""The sufficient statistics: per design cell and pattern of attended visits, the exact cross-products of the
participants' vectors.

A participant's vector is v = (1, u_1 … u_r, y_1 … y_T): an intercept, the subject columns and the outcome at
each visit, each as a whole number of quanta, with y = 0 where the visit has no value. For each stratum the
integers sum(v v') are kept. They are all that the data can say to a Gaussian model whose terms are (subject
column) × (arm) × (function of visit); see docs/explanation/statistics/reml-from-pattern-statistics.md.
Integers commute, so adding, removing and merging leave no drift: the same participants give the same bits, in
whatever order they came.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from math import sqrt
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.cell import Cell, Stratum
from analytics.mixed.column import Column
from analytics.mixed.encoding import (
    Products,
    Rows,
    Shape,
    Vector,
    cross_products,
    own_products,
    products_by_code,
    stratum_codes,
    table,
)
from analytics.mixed.quanta import check_precision
from analytics.mixed.refusals import InputRefused

FORMAT = 2
NO_CELL = Cell()


@dataclass(frozen=True)
class Observed:
    """Number, mean and standard deviation of the values at a visit; None where there are too few."""

    visit: str
    n: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True)
class Statistics:
    """Immutable; each change returns a new object. Equal participants, equal object, equal digest.

    `products` maps a stratum to the lower triangle of its cross-products, row by row; the first number is the
    number of its participants. `arms` are in the declared order, the first is the reference; empty for a
    single-arm trial.
    """

    visits: tuple[str, ...]
    precision: Decimal
    columns: tuple[Column, ...]
    arms: tuple[str, ...]
    products: Mapping[Stratum, Products]

    def __post_init__(self) -> None:
        check_precision(self.precision, "the outcome")
        if not self.visits or len(set(self.visits)) != len(self.visits):
            raise InputRefused("Name at least one visit, and each visit once.")
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise InputRefused("Two covariates have the same name; name each once.")
        if len(set(self.arms)) != len(self.arms) or len(self.arms) == 1 or "" in self.arms:
            raise InputRefused("Name at least two arms, each once, or none for a single-arm trial.")

    @classmethod
    def empty(
        cls,
        *,
        visits: Sequence[str],
        precision: Decimal,
        columns: Sequence[Column] = (),
        arms: Sequence[str] = (),
    ) -> Self:
        """Of nobody yet."""
        return cls(tuple(visits), precision, tuple(columns), tuple(arms), {})

    @classmethod
    def build(
        cls,
        *,
        visits: Sequence[str],
        precision: Decimal,
        vectors: Iterable[Vector],
        columns: Sequence[Column] = (),
        arms: Sequence[str] = (),
        cells: Iterable[Cell] | None = None,
    ) -> Self:
        """From one vector for each participant: the subject columns in order, then the outcome at each visit.

        None is a visit without a value; a participant without any value adds nothing. `cells` gives each
        participant's arm and site. Refuses a vector of the wrong length, a missing subject column, an arm
        that was not declared, and a value that is not a multiple of the declared precision.
        """
        empty = cls.empty(visits=visits, precision=precision, columns=columns, arms=arms)
        rows: dict[Stratum, list[Products]] = {}
        pairs = zip(vectors, repeat(NO_CELL) if cells is None else cells, strict=cells is not None)
        for number, (vector, cell) in enumerate(pairs, start=1):
            stratum, row = empty.shape.encode(vector, cell, f"Participant {number}: ")
            rows.setdefault(stratum, []).append(row)
        return empty._with(
            {
                stratum: cross_products(table(found))
                for stratum, found in rows.items()
                if "1" in stratum.pattern
            }
        )

    @classmethod
    def from_arrays(
        cls,
        *,
        visits: Sequence[str],
        precision: Decimal,
        outcomes: Floats,
        columns: Sequence[Column] = (),
        covariates: Floats | None = None,
        arms: Sequence[str] = (),
        arm_numbers: npt.NDArray[np.integer[Any]] | None = None,
    ) -> Self:
        """From outcomes (participants, visits), NaN where missing, and covariates (participants, columns).

        `arm_numbers` counts from 0 in `arms`. A double stands for the multiple of the precision to which it
        is the nearest; one that is nearest to none is refused.
        """
        empty = cls.empty(visits=visits, precision=precision, columns=columns, arms=arms)
        given = np.zeros((len(outcomes), 0)) if covariates is None else covariates
        if outcomes.shape[1:] != (len(empty.visits),) or given.shape != (len(outcomes), len(empty.columns)):
            raise InputRefused(
                "The arrays must have one row for each participant, one column for each visit or column."
            )
        rows = empty.shape.encode_arrays(outcomes, given)
        attended = ~np.isnan(outcomes)
        numbers = empty._arm_numbers(len(rows), arm_numbers)
        products = {
            empty._stratum(numbers[row], attended[row]): found
            for row, found in products_by_code(rows, stratum_codes(numbers, attended))
            if attended[row].any()
        }
        return empty._with(products)

    def add(self, vector: Vector, cell: Cell = NO_CELL) -> Self:
        """With one more participant."""
        return self._changed(vector, cell, 1)

    def remove(self, vector: Vector, cell: Cell = NO_CELL) -> Self:
        """Without a participant that was added with this very vector; refuses one that cannot have been."""
        return self._changed(vector, cell, -1)

    def merge(self, other: Self) -> Self:
        """The participants of both, for example of two sites; refuses statistics of another shape."""
        if self.shape != other.shape:
            raise InputRefused(
                "Only statistics with the same visits, precision, columns and arms can be merged."
            )
        products = dict(self.products)
        for stratum, added in other.products.items():
            products[stratum] = _plus(products.get(stratum), added, 1)
        return self._with(products)

    def pooled(self, *, by_arm: bool, by_site: bool) -> Self:
        """With arms or sites put together where a model does not tell them apart."""
        if by_arm == bool(self.arms) and (by_site or not any(stratum.site for stratum in self.products)):
            return self
        products: dict[Stratum, Products] = {}
        for (arm, site, pattern), added in self.products.items():
            stratum = Stratum(arm if by_arm else "", site if by_site else "", pattern)
            products[stratum] = _plus(products.get(stratum), added, 1)
        return replace(self, arms=self.arms if by_arm else (), products=dict(sorted(products.items())))

    @cached_property
    def shape(self) -> Shape:
        return Shape(self.visits, self.precision, self.columns, self.arms)

    @property
    def n_participants(self) -> int:
        """Participants with at least one value."""
        return sum(products[0] for products in self.products.values())

    @property
    def n_observations(self) -> int:
        return sum(stratum.pattern.count("1") * products[0] for stratum, products in self.products.items())

    def observed(self, arm: str | None = None) -> tuple[Observed, ...]:
        """Number, mean and standard deviation (n - 1) of the values at each visit, of one arm or of all.

        Exact until the last rounding.
        """
        return tuple(self._observed(position, arm) for position in range(len(self.visits)))

    def is_constant(self, position: int, arm: str | None = None) -> bool:
        """Whether a visit, by its position, has several values that are all the same, to the last digit."""
        n, total, squares = self._moments(position, arm)
        return n > 1 and n * squares == total * total

    def matrices(self) -> Rows:
        """The cross-products of each stratum as symmetric matrices of whole numbers, in quanta.

        Shape (strata, 1 + columns + visits, the same); of 64 bits where all numbers fit, else Python's.
        """
        size = 1 + len(self.columns) + len(self.visits)
        stored = table(self.products.values())
        full = np.zeros((len(stored), size, size), dtype=stored.dtype)
        rows, columns = np.tril_indices(size)
        full[:, rows, columns] = stored
        full[:, columns, rows] = stored
        return full

    def quanta(self) -> tuple[Fraction, ...]:
        """The unit of each element of a vector (1, u, y)."""
        of_columns = [Fraction(column.precision) for column in self.columns]
        return (Fraction(1), *of_columns, *[Fraction(self.precision)] * len(self.visits))

    def digest(self) -> str:
        """SHA-256 of `to_bytes`: the same for the same participants, whatever their order and history."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Canonical JSON in ASCII: equal statistics give equal bytes."""
        content = {
            "format": FORMAT,
            "visits": self.visits,
            "precision": _canonical(self.precision),
            "columns": [
                (column.name, _canonical(column.precision), column.factor) for column in self.columns
            ],
            "arms": self.arms,
            "products": [(*stratum, products) for stratum, products in sorted(self.products.items())],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """The inverse of `to_bytes`; refuses another format."""
        content = json.loads(stored)
        if content.get("format") != FORMAT:
            raise InputRefused(
                f"Statistics of format {content.get('format')!r} cannot be read; rebuild them."
            )
        return cls(
            visits=tuple(content["visits"]),
            precision=Decimal(content["precision"]),
            columns=tuple(Column(name, Decimal(unit), factor) for name, unit, factor in content["columns"]),
            arms=tuple(content["arms"]),
            products={
                Stratum(arm, site, pattern): tuple(products)
                for arm, site, pattern, products in content["products"]
            },
        )

    def _arm_numbers(
        self, size: int, arm_numbers: npt.NDArray[np.integer[Any]] | None
    ) -> npt.NDArray[np.int64]:
        if not self.arms:
            return np.zeros(size, dtype=np.int64)
        if arm_numbers is None or len(arm_numbers) != size:
            raise InputRefused("Give the number of each participant's arm, counted from 0.")
        if size and not 0 <= arm_numbers.min() <= arm_numbers.max() < len(self.arms):
            raise InputRefused(f"The arms are numbered from 0 to {len(self.arms) - 1}.")
        return arm_numbers.astype(np.int64)

    def _stratum(self, arm_number: int, attended: npt.NDArray[np.bool_]) -> Stratum:
        pattern = "".join("1" if mark else "0" for mark in attended)
        return Stratum(self.arms[arm_number] if self.arms else "", "", pattern)

    def _observed(self, position: int, arm: str | None) -> Observed:
        n, total, squares = self._moments(position, arm)
        unit = Fraction(self.precision)
        mean = float(Fraction(total, n) * unit) if n else None
        sd = sqrt(Fraction(n * squares - total * total, n * (n - 1)) * unit**2) if n > 1 else None
        return Observed(self.visits[position], n, mean, sd)

    def _moments(self, position: int, arm: str | None) -> tuple[int, int, int]:
        """Number, sum and sum of squares of the values at a visit, in quanta."""
        row = 1 + len(self.columns) + position
        start = row * (row + 1) // 2
        n = total = squares = 0
        for stratum, products in self.products.items():
            if stratum.pattern[position] == "1" and arm in (None, stratum.arm):
                n, total, squares = n + products[0], total + products[start], squares + products[start + row]
        return n, total, squares

    def _changed(self, vector: Vector, cell: Cell, sign: int) -> Self:
        stratum, row = self.shape.encode(vector, cell, "")
        if "1" not in stratum.pattern:
            return self
        products = dict(self.products)
        products[stratum] = _plus(products.get(stratum), own_products(row), sign)
        return self._with(products)

    def _with(self, products: Mapping[Stratum, Products]) -> Self:
        kept = {stratum: products[stratum] for stratum in sorted(products) if products[stratum][0]}
        return replace(self, products=kept)


def _plus(present: Products | None, change: Products, sign: int) -> Products:
    present = present or (0,) * len(change)
    result = tuple(a + sign * b for a, b in zip(present, change, strict=True))
    if result[0] < 0 or (result[0] == 0 and any(result)):
        raise InputRefused("This vector cannot be removed, because it was not added before.")
    return result


def _canonical(precision: Decimal) -> str:
    return str(precision.normalize())
