"""How many participants have a value at which visits: what a model needs before any fit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.mixed.statistics import Statistics


@dataclass(frozen=True)
class Coverage:
    """`together[s, t]` participants have values at both visits; `together[s, s]` at visit s.

    `constant[s]` says that all values at visit s are the same, to the last digit.
    """

    visits: tuple[str, ...]
    n_participants: int
    together: npt.NDArray[np.int64]
    constant: tuple[bool, ...]
    with_two_visits: int

    @classmethod
    def of(cls, statistics: Statistics) -> "Coverage":
        visits = len(statistics.visits)
        together = np.zeros((visits, visits), dtype=np.int64)
        with_two_visits = 0
        for pattern, products in statistics.products.items():
            attended = np.array([int(mark) for mark in pattern])
            together += products[0] * np.outer(attended, attended)
            with_two_visits += products[0] if attended.sum() >= 2 else 0
        constant = tuple(observed.n > 1 and observed.sd == 0 for observed in statistics.observed())
        return cls(statistics.visits, statistics.n_participants, together, constant, with_two_visits)

    def counts(self) -> str:
        """In words: "26 at BL, 24 at W1"."""
        return ", ".join(
            f"{n} at {visit}" for visit, n in zip(self.visits, np.diag(self.together), strict=True)
        )


def have(n: int) -> str:
    """The beginning of a sentence: No participant has, Only 1 participant has, Only 5 participants have."""
    if n == 0:
        return "No participant has"
    return "Only 1 participant has" if n == 1 else f"Only {n} participants have"
