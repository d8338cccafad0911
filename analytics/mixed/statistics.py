"""The sufficient statistics: per pattern of attended visits, the exact cross-products of the participants'
vectors.

A participant's vector is v = (1, u_1 … u_r, y_1 … y_T): an intercept, the subject columns and the outcome
at each visit, each as a whole number of quanta, with y = 0 where the visit has no value. For each pattern
the integers sum(v v') are kept. They are all that the data can say to a Gaussian model whose terms are
(subject column) × (function of visit); see docs/explanation/statistics/reml-from-pattern-statistics.md.
Integers commute, so adding, removing and merging leave no drift: the same participants give the same bits,
in whatever order they came.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analytics.mixed.column import Column
from analytics.mixed.quanta import check_precision, quanta
from analytics.mixed.refusals import InputRefused

Vector = Sequence[Decimal | int | None]

FORMAT = 1


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

    `products` maps a pattern, one character for each visit ("1101": the third has no value), to the lower
    triangle of its cross-products, row by row; the first number is the number of participants with this
    pattern.
    """

    visits: tuple[str, ...]
    precision: Decimal
    columns: tuple[Column, ...]
    products: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        check_precision(self.precision, "the outcome")
        if not self.visits or len(set(self.visits)) != len(self.visits):
            raise InputRefused("Name at least one visit, and each visit once.")
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise InputRefused("Two subject columns have the same name; name each once.")

    @classmethod
    def build(
        cls,
        *,
        visits: Sequence[str],
        precision: Decimal,
        vectors: Iterable[Vector],
        columns: Sequence[Column] = (),
    ) -> Self:
        """From one vector for each participant: the subject columns in order, then the outcome at each
        visit.

        None is a visit without a value; a participant without any value adds nothing. Refuses a vector of
        the wrong length, a missing subject column, and a value that is not a multiple of the declared
        precision.
        """
        empty = cls(visits=tuple(visits), precision=precision, columns=tuple(columns), products={})
        rows: dict[str, list[tuple[int, ...]]] = {}
        for number, vector in enumerate(vectors, start=1):
            pattern, row = empty._encode(vector, f"Participant {number}: ")
            rows.setdefault(pattern, []).append(row)
        rows.pop(empty._nothing, None)
        return replace(empty, products={pattern: _cross_products(rows[pattern]) for pattern in sorted(rows)})

    def add(self, vector: Vector) -> Self:
        """With one more participant."""
        return self._changed(vector, 1)

    def remove(self, vector: Vector) -> Self:
        """Without a participant that was added with this very vector; refuses one that cannot have been."""
        return self._changed(vector, -1)

    def merge(self, other: Self) -> Self:
        """The participants of both, for example of two sites; refuses statistics of another shape."""
        if (self.visits, self.precision, self.columns) != (other.visits, other.precision, other.columns):
            raise InputRefused("Only statistics with the same visits, precision and columns can be merged.")
        products = dict(self.products)
        for pattern, added in other.products.items():
            products[pattern] = _plus(products.get(pattern), added, 1)
        return self._with(products)

    @property
    def n_participants(self) -> int:
        """Participants with at least one value."""
        return sum(products[0] for products in self.products.values())

    @property
    def n_observations(self) -> int:
        return sum(observed.n for observed in self.observed())

    def observed(self) -> tuple[Observed, ...]:
        """Number, mean and standard deviation (n - 1) of the values at each visit, exact until the last
        rounding.
        """
        return tuple(self._observed(position) for position in range(len(self.visits)))

    def sums(self, pattern: str) -> tuple[int, ...]:
        """The sums of (1, u, y) over the participants of a pattern, in quanta."""
        size = 1 + len(self.columns) + len(self.visits)
        return tuple(self.products[pattern][row * (row + 1) // 2] for row in range(size))

    def matrix(self, pattern: str) -> npt.NDArray[np.object_]:
        """The cross-products of a pattern as a symmetric matrix of Python integers, in quanta."""
        size = 1 + len(self.columns) + len(self.visits)
        full = np.zeros((size, size), dtype=object)
        lower = np.tril_indices(size)
        full[lower] = self.products[pattern]
        full.T[lower] = self.products[pattern]
        return full

    def quanta(self) -> tuple[Fraction, ...]:
        """The unit of each element of a vector (1, u, y)."""
        of_columns = [Fraction(column.precision) for column in self.columns]
        return (Fraction(1), *of_columns, *[Fraction(self.precision)] * len(self.visits))

    def digest(self) -> str:
        """SHA-256 of the canonical JSON: the same for the same participants, whatever their order and
        history.
        """
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types only."""
        return {
            "format": FORMAT,
            "visits": list(self.visits),
            "precision": _canonical(self.precision),
            "columns": [[column.name, _canonical(column.precision)] for column in self.columns],
            "products": {pattern: list(self.products[pattern]) for pattern in sorted(self.products)},
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; refuses another format."""
        if stored.get("format") != FORMAT:
            raise InputRefused(f"Statistics of format {stored.get('format')!r} cannot be read; rebuild them.")
        return cls(
            visits=tuple(stored["visits"]),
            precision=Decimal(stored["precision"]),
            columns=tuple(Column(name, Decimal(precision)) for name, precision in stored["columns"]),
            products={pattern: tuple(products) for pattern, products in sorted(stored["products"].items())},
        )

    @property
    def _nothing(self) -> str:
        return "0" * len(self.visits)

    def _observed(self, position: int) -> Observed:
        row = 1 + len(self.columns) + position
        start = row * (row + 1) // 2
        n = total = squares = 0
        for pattern, products in self.products.items():
            if pattern[position] == "1":
                n, total, squares = n + products[0], total + products[start], squares + products[start + row]
        unit = Fraction(self.precision)
        mean = float(Fraction(total, n) * unit) if n else None
        sd = sqrt(Fraction(n * squares - total * total, n * (n - 1)) * unit**2) if n > 1 else None
        return Observed(self.visits[position], n, mean, sd)

    def _changed(self, vector: Vector, sign: int) -> Self:
        pattern, row = self._encode(vector, "")
        if pattern == self._nothing:
            return self
        products = dict(self.products)
        products[pattern] = _plus(products.get(pattern), _cross_products([row]), sign)
        return self._with(products)

    def _with(self, products: Mapping[str, tuple[int, ...]]) -> Self:
        kept = {pattern: products[pattern] for pattern in sorted(products) if any(products[pattern])}
        return replace(self, products=kept)

    def _encode(self, vector: Vector, who: str) -> tuple[str, tuple[int, ...]]:
        r = len(self.columns)
        if len(vector) != r + len(self.visits):
            raise InputRefused(
                f"{who}a vector of {len(vector)} values was given; expected {r} subject columns and "
                f"{len(self.visits)} visits ({', '.join(self.visits)})."
            )
        covariates = [
            _covariate(value, column, who) for value, column in zip(vector, self.columns, strict=False)
        ]
        outcomes = [
            0 if value is None else quanta(value, self.precision, f"{who}the value at {visit}")
            for visit, value in zip(self.visits, vector[r:], strict=True)
        ]
        pattern = "".join("0" if value is None else "1" for value in vector[r:])
        return pattern, (1, *covariates, *outcomes)


def _covariate(value: Decimal | int | None, column: Column, who: str) -> int:
    if value is None:
        raise InputRefused(f"{who}{column.name} is missing. Leave the participant out, or the column.")
    return quanta(value, column.precision, f"{who}{column.name}")


def _cross_products(rows: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Exact: in 64-bit integers while no sum can overflow them, else in Python's."""
    largest = max(max(map(abs, row)) for row in rows)
    kind = np.int64 if len(rows) * largest**2 < 2**63 else object
    array = np.array(rows, dtype=kind)
    products = array.T @ array
    return tuple(int(value) for value in products[np.tril_indices(array.shape[1])])


def _plus(present: tuple[int, ...] | None, change: tuple[int, ...], sign: int) -> tuple[int, ...]:
    present = present or (0,) * len(change)
    result = tuple(a + sign * b for a, b in zip(present, change, strict=True))
    if result[0] < 0 or (result[0] == 0 and any(result)):
        raise InputRefused("This vector cannot be removed, because it was not added before.")
    return result


def _canonical(precision: Decimal) -> str:
    return str(precision.normalize())
