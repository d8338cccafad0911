"""Binomial and cumulative logit models as rows of logits.

A binomial row of m trials with y successes says y η - m log(1 + e^η). A category j between the thresholds
θ_{j-1} and θ_j says log(F(θ_j - η) - F(θ_{j-1} - η)), F logistic, which is
    log F(θ_j - η) + log(1 - F(θ_{j-1} - η)) + log(1 - exp(θ_{j-1} - θ_j)):
two rows of one trial each, and a part without the random intercept. So both are one kernel.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.generalised.kernel import Apart, Slopes


@dataclass(frozen=True, eq=False)
class Logits:
    """`trials` (cells, rows), 0 where there is no row; `between` counts the values of each inner category.

    The first `thresholds` coefficients are those of a cumulative model, in order; 0 for a binomial one.
    `constant` is the part of the log-likelihood without parameters.
    """

    rows: Floats
    trials: Floats
    total: Floats
    counts: Floats
    linear: Floats
    begin: Floats
    thresholds: int = 0
    between: Floats | None = None
    constant: float = 0.0
    shaped: bool = False

    @classmethod
    def collapsed(
        cls,
        rows: Floats,
        trials: Floats,
        successes: Floats,
        counts: Floats,
        begin: Floats,
        *,
        thresholds: int = 0,
        between: Floats | None = None,
        constant: float = 0.0,
    ) -> Self:
        """Cells that say the same of u are one: the logit is canonical, so only the sum of successes counts.

        `rows` (cells, rows, coefficients), `trials` and `successes` (cells, rows), `counts` (cells,).
        """
        total = successes.sum(axis=1)
        linear = np.einsum("k,kr,krp->p", counts, successes, rows)
        first, cell = _distinct(rows * (trials > 0)[:, :, None], trials, total)
        return cls(
            rows=rows[first],
            trials=trials[first],
            total=total[first],
            counts=np.bincount(cell, weights=counts).astype(np.float64),
            linear=linear,
            begin=begin,
            thresholds=thresholds,
            between=between,
            constant=constant,
        )

    def start(self) -> Floats:
        return self.begin

    def admits(self, coefficients: Floats) -> bool:
        return bool(np.all(np.diff(coefficients[: self.thresholds]) > 0))

    def apart(self, coefficients: Floats) -> Apart:
        """The sum of log(1 - exp(θ_{j-1} - θ_j)) over the values in inner categories."""
        size = len(coefficients)
        gradient, hessian = np.zeros(size), np.zeros((size, size))
        if self.between is None or self.thresholds < 2:
            return Apart(self.constant, gradient, hessian)
        width = np.diff(coefficients[: self.thresholds])
        slope = self.between / np.expm1(width)
        bend = -self.between * np.exp(width) / np.expm1(width) ** 2
        lower, upper = np.arange(self.thresholds - 1), np.arange(1, self.thresholds)
        np.add.at(gradient, upper, slope)
        np.add.at(gradient, lower, -slope)
        for one, other, sign in (
            (upper, upper, 1),
            (lower, lower, 1),
            (upper, lower, -1),
            (lower, upper, -1),
        ):
            np.add.at(hessian, (one, other), sign * bend)
        value = self.constant + float(self.between @ np.log(-np.expm1(-width)))
        return Apart(value, gradient, hessian)

    def slopes(self, eta: Floats, shape: float) -> Slopes:
        trials = self.trials[:, None, :]
        # stable on both sides: log(1 + e^η) = max(η, 0) + log(1 + e^-|η|)
        small = np.exp(-np.abs(eta))
        probability = np.where(eta >= 0, 1.0, small) / (1.0 + small)
        spread = trials * small / (1.0 + small) ** 2
        value = -trials * (np.maximum(eta, 0.0) + np.log1p(small))
        return Slopes(value, -trials * probability, -spread, -spread * (1.0 - 2.0 * probability))

    def by_shape(self, eta: Floats, shape: float) -> tuple[Floats, Floats]:
        raise NotImplementedError("A logit model has no shape.")


def _distinct(*tables: Floats) -> tuple[np.ndarray, np.ndarray]:
    """The first of each group of equal cells, and the number of the group of each cell."""
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    group = []
    flat = np.hstack([table.reshape(len(table), -1) for table in tables]) + 0.0  # no negative zeros
    for place, row in enumerate(flat):
        key = row.tobytes()
        if key not in numbers:
            numbers[key] = len(first)
            first.append(place)
        group.append(numbers[key])
    return np.array(first, dtype=np.intp), np.array(group, dtype=np.intp)
