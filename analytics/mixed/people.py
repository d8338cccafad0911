"""Single participants, where their sums do not suffice: for residuals, influence and imputation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.cell import AWAITED, Cell
from analytics.mixed.design import Design
from analytics.mixed.encoding import Outcome, Shape, Vector
from analytics.mixed.statistics import NO_CELL, Statistics


class Person(NamedTuple):
    """`vector` as for Statistics: the subject columns, then the outcome at each visit or None."""

    code: str
    vector: Vector
    cell: Cell = NO_CELL


@dataclass(frozen=True, eq=False)
class People:
    """Participants with at least one value, as arrays in the order given.

    `outcomes` (participants, visits) is NaN where missing, `covariates` (participants, 1 + columns) begins
    with ones, `arm_numbers` count from 0 in the arms of `shape`. `awaited` (participants,): see Stratum.
    """

    shape: Shape
    codes: tuple[str, ...]
    outcomes: Floats
    covariates: Floats
    arm_numbers: npt.NDArray[np.int64]
    awaited: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, shape: Shape, persons: Iterable[Person]) -> Self:
        """Refuses what Statistics would refuse of them."""
        r = len(shape.columns)
        units = [1.0, *(float(column.precision) for column in shape.columns)]
        numbers = {arm: number for number, arm in enumerate(shape.arms or ("",))}
        kept: list[tuple[str, list[float], list[float], int, bool]] = []
        for person in persons:
            stratum, row = shape.encode(person.vector, person.cell, f"{person.code}: ")
            if "1" in stratum.pattern:
                covariates = [unit * value for unit, value in zip(units, row[: 1 + r], strict=True)]
                values = _values(person.vector[r:])
                kept.append((person.code, values, covariates, numbers[stratum.arm], stratum.awaited))
        return cls(
            shape,
            tuple(code for code, *_ in kept),
            np.array([values for _, values, *_ in kept]).reshape(len(kept), len(shape.visits)),
            np.array([covariates for _, _, covariates, *_ in kept]).reshape(len(kept), 1 + r),
            np.array([arm for *_, arm, _ in kept], dtype=np.int64),
            np.array([awaited for *_, awaited in kept], dtype=np.bool_),
        )

    @cached_property
    def attended(self) -> npt.NDArray[np.bool_]:
        """Where there is a value, shape (participants, visits)."""
        return ~np.isnan(self.outcomes)

    @property
    def last(self) -> npt.NDArray[np.intp]:
        """The place of each participant's last visit with a value, shape (participants,)."""
        return np.asarray(self.attended.shape[1] - 1 - np.argmax(self.attended[:, ::-1], axis=1))

    def rows(self, design: Design) -> Floats:
        """The design row of each participant at each visit, (participants, visits, coefficients)."""
        arms = self.arm_numbers if len(design.maps) > 1 else np.zeros_like(self.arm_numbers)
        return np.asarray(np.einsum("nspc,nc->nsp", design.maps[arms], self.covariates))

    def statistics(self, outcomes: Floats, precision: Decimal) -> Statistics:
        """Of the same participants with other outcomes, whole multiples of the precision; NaN is missing."""
        return Statistics.from_arrays(
            visits=self.shape.visits,
            precision=precision,
            outcomes=outcomes,
            columns=self.shape.columns,
            covariates=self.covariates[:, 1:],
            arms=self.shape.arms,
            arm_numbers=self.arm_numbers if self.shape.arms else None,
        )


def _values(values: Sequence[Outcome]) -> list[float]:
    return [np.nan if value is None or value is AWAITED else float(value) for value in values]
