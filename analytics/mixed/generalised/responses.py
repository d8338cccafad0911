"""What generalised models are fitted from: each pattern of answers that occurs, and how many gave it.

A generalised model has no sufficient cross-products, but participants with the same arm, covariates and
answers contribute the same. An 11-point scale at four visits has few patterns beside many participants.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.cell import AWAITED, Cell
from analytics.mixed.column import Column
from analytics.mixed.encoding import Shape, Vector
from analytics.mixed.quanta import check_precision
from analytics.mixed.refusals import InputRefused

FORMAT = 1
NO_CELL = Cell()


class Response(NamedTuple):
    """One pattern of answers: `covariates` and `values` as whole numbers of quanta, 0 where missing.

    `pattern` has one character for each visit; "1101": the third has no value.
    """

    arm: str
    pattern: str
    covariates: tuple[int, ...]
    values: tuple[int, ...]


@dataclass(frozen=True)
class Responses:
    """Immutable. Equal participants, equal object, equal digest, whatever their order.

    `shape` names visits, precision, columns and arms; the first arm is the reference.
    """

    shape: Shape
    counts: Mapping[Response, int]

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
        """From one vector for each participant, as Statistics.build; refuses what that refuses."""
        shape = _shape(visits, precision, columns, arms)
        found: Counter[Response] = Counter()
        pairs = zip(vectors, repeat(NO_CELL) if cells is None else cells, strict=cells is not None)
        for number, (vector, cell) in enumerate(pairs, start=1):
            stratum, row = shape.encode(vector, cell, f"Participant {number}: ")
            found[_response(shape, stratum.arm, stratum.pattern, row)] += 1
        return cls(shape, _sorted(found))

    @classmethod
    def from_arrays(
        cls,
        *,
        visits: Sequence[str],
        precision: Decimal,
        outcomes: Floats,
        arms: Sequence[str] = (),
        arm_numbers: npt.NDArray[np.integer[Any]] | None = None,
    ) -> Self:
        """From outcomes (participants, visits), NaN where missing; `arm_numbers` counts from 0 in `arms`."""
        shape = _shape(visits, precision, (), arms)
        rows = shape.encode_arrays(outcomes, np.zeros((len(outcomes), 0)))
        numbers = np.zeros(len(rows)) if arm_numbers is None else arm_numbers
        table = np.column_stack([numbers, ~np.isnan(outcomes), rows]).astype(np.int64)
        distinct, counts = np.unique(table, axis=0, return_counts=True)
        named = tuple(arms) or ("",)
        marks = len(shape.visits)
        found = {
            _response(shape, named[arm], "".join(map(str, rest[:marks])), rest[marks:]): count
            for (arm, *rest), count in zip(distinct.tolist(), counts.tolist(), strict=True)
        }
        return cls(shape, _sorted(found))

    def pooled(self, *, by_arm: bool) -> Self:
        """Without the arms where a model does not tell them apart."""
        if by_arm or not self.shape.arms:
            return self
        found: Counter[Response] = Counter()
        for response, count in self.counts.items():
            found[response._replace(arm="")] += count
        return replace(self, shape=replace(self.shape, arms=()), counts=_sorted(found))

    @property
    def n_participants(self) -> int:
        """Participants with at least one value."""
        return sum(self.counts.values())

    @property
    def n_observations(self) -> int:
        return sum(response.pattern.count("1") * count for response, count in self.counts.items())

    def attended(self) -> Floats:
        """1 where a pattern of answers has a value, shape (patterns, visits)."""
        return np.array([[float(mark) for mark in response.pattern] for response in self.counts])

    def values(self) -> Floats:
        """The values, 0 where missing, shape (patterns, visits)."""
        unit = float(self.shape.precision)
        return np.array([[unit * value for value in response.values] for response in self.counts])

    def covariates(self) -> Floats:
        """The intercept and the subject columns, shape (patterns, 1 + columns)."""
        units = [float(column.precision) for column in self.shape.columns]
        rows = [
            [1.0, *(unit * value for unit, value in zip(units, response.covariates, strict=True))]
            for response in self.counts
        ]
        return np.array(rows)

    def arm_numbers(self) -> npt.NDArray[np.intp]:
        """The number of each pattern's arm, counted from 0."""
        numbers = {arm: number for number, arm in enumerate(self.shape.arms or ("",))}
        return np.array([numbers[response.arm] for response in self.counts], dtype=np.intp)

    def frequencies(self) -> Floats:
        """How many participants gave each pattern."""
        return np.array(list(self.counts.values()), dtype=np.float64)

    def digest(self) -> str:
        """SHA-256 of canonical JSON: the same for the same participants in whatever order."""
        content = {
            "format": FORMAT,
            "visits": self.shape.visits,
            "precision": str(self.shape.precision.normalize()),
            "columns": [(each.name, str(each.precision.normalize())) for each in self.shape.columns],
            "arms": self.shape.arms,
            "responses": [(*response, count) for response, count in self.counts.items()],
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _shape(
    visits: Sequence[str], precision: Decimal, columns: Sequence[Column], arms: Sequence[str]
) -> Shape:
    check_precision(precision, "the outcome")
    if not visits or len(set(visits)) != len(visits):
        raise InputRefused("Name at least one visit, and each visit once.")
    return Shape(tuple(visits), precision, tuple(columns), tuple(arms))


def _response(shape: Shape, arm: str, pattern: str, row: Sequence[int]) -> Response:
    r = len(shape.columns)
    return Response(arm, pattern.replace(AWAITED.value, "0"), tuple(row[1 : 1 + r]), tuple(row[1 + r :]))


def _sorted(found: Mapping[Response, int]) -> Mapping[Response, int]:
    return {response: found[response] for response in sorted(found) if "1" in response.pattern}
