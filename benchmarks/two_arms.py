"""A simulated trial: two arms, four visits, a baseline covariate, 12 % of the values missing."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.mixed import Cell, Column, ModelSpec, Statistics, Term
from analytics.mixed.arrays import Floats

ARMS = ("control", "active")
VISITS = ("1", "2", "3", "4")
PRECISION = Decimal("0.1")
BASELINE = Column("baseline", Decimal("0.1"))
MISSING = 0.12

MEANS = np.array([[5.6, 5.1, 4.6, 4.4], [5.2, 4.3, 3.5, 3.1]])
SD = np.array([1.5, 1.8, 2.0, 2.3])
CORRELATION = 0.75 ** np.abs(np.subtract.outer(np.arange(4), np.arange(4)))

# y ~ arm * visit + baseline
TERMS = (Term(), Term("baseline"), Term(arm=True), Term(by="visit"), Term(arm=True, by="visit"))
UNSTRUCTURED = ModelSpec(TERMS)
# pbkrtest, the peer with a random intercept, has the expected information
RANDOM_INTERCEPT = ModelSpec(TERMS, covariance="ri", information="expected")

# The effect by which the tools are compared, in the words of R.
EFFECT = "armactive:visit4"


@dataclass(frozen=True)
class TwoArms:
    """`outcomes` (participants, visits) are NaN where missing, `baseline` and `arm` are (participants,)."""

    outcomes: Floats
    baseline: Floats
    arm: npt.NDArray[np.int64]

    def statistics(self) -> Statistics:
        """The pass over the data."""
        return Statistics.from_arrays(
            visits=VISITS,
            precision=PRECISION,
            outcomes=self.outcomes,
            columns=(BASELINE,),
            covariates=self.baseline[:, None],
            arms=ARMS,
            arm_numbers=self.arm,
        )

    def vector(self, row: int) -> tuple[Decimal | None, ...]:
        """Of one participant, as it was recorded."""
        values = (self.baseline[row], *self.outcomes[row])
        return tuple(None if np.isnan(value) else Decimal(f"{value:.1f}") for value in values)

    def cell(self, row: int) -> Cell:
        return Cell(ARMS[self.arm[row]])

    def long(self) -> dict[str, npt.NDArray[Any]]:
        """One row for each value: id, arm, visit, baseline, y."""
        rows, visits = np.nonzero(~np.isnan(self.outcomes))
        return {
            "id": rows + 1,
            "arm": np.array(ARMS)[self.arm[rows]],
            "visit": np.array(VISITS)[visits],
            "baseline": self.baseline[rows],
            "y": self.outcomes[rows, visits],
        }


def simulate(n: int, seed: int = 20260) -> TwoArms:
    """Every pattern of visits with a value occurs in both arms when n is at least 30."""
    random = np.random.default_rng([seed, n])
    arm = np.arange(n) % 2
    baseline = np.round(random.normal(6.5, 1.4, n), 1)
    deviations = random.standard_normal((n, 4)) @ np.linalg.cholesky(CORRELATION).T * SD
    outcomes = np.round(MEANS[arm] + 0.6 * (baseline[:, None] - 6.5) + deviations, 1)
    attended = random.random((n, 4)) >= MISSING
    patterns = np.array(list(product((True, False), repeat=4))[:-1])
    if n >= 2 * len(patterns):
        attended[: 2 * len(patterns)] = np.repeat(patterns, 2, axis=0)
    outcomes[~attended] = np.nan
    return TwoArms(outcomes, baseline, arm)
