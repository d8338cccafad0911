"""A simulated trial of ratings from 0 to 10: two arms, four visits, a random intercept, 6 % missing."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.generalised import Responses
from benchmarks.two_arms import ARMS, VISITS

MISSING = 0.06
SD = 0.8
# On the scale of the logit, by arm and visit.
LOGITS = np.array([[0.7, 0.1, -0.3, -0.7], [0.7, -0.2, -0.8, -1.5]])


@dataclass(frozen=True)
class Ratings:
    """`outcomes` (participants, visits) are NaN where missing, `arm` is (participants,)."""

    outcomes: Floats
    arm: npt.NDArray[np.int64]

    def responses(self) -> Responses:
        """The pass over the data."""
        return Responses.from_arrays(
            visits=VISITS, precision=Decimal(1), outcomes=self.outcomes, arms=ARMS, arm_numbers=self.arm
        )

    def write(self, file: Path) -> None:
        """As R reads it, one row for each value: id, arm, visit, y."""
        with file.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(("id", "arm", "visit", "y"))
            for row, visit in np.argwhere(~np.isnan(self.outcomes)).tolist():
                value = int(self.outcomes[row, visit])
                writer.writerow((row + 1, ARMS[self.arm[row]], VISITS[visit], value))


def simulate(n: int, seed: int = 20260) -> Ratings:
    """Every value of a participant is binomial with 10 trials, given the intercept."""
    random = np.random.default_rng([seed, n])
    arm = np.arange(n) % 2
    logits = LOGITS[arm] + SD * random.standard_normal((n, 1))
    outcomes = random.binomial(10, 1.0 / (1.0 + np.exp(-logits))).astype(np.float64)
    outcomes[random.random(outcomes.shape) < MISSING] = np.nan
    return Ratings(outcomes, arm)
