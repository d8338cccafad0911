"""How many participants have a value at which visits: what a model needs before any fit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.mixed.statistics import Statistics


@dataclass(frozen=True)
class Coverage:
    """`together[s, t]` participants have values at both visits; `together[s, s]` at visit s.

    `constant[s]` says that all values at visit s are the same, to the last digit. `arm` is empty when all
    arms are counted.
    """

    visits: tuple[str, ...]
    n_participants: int
    together: npt.NDArray[np.int64]
    constant: tuple[bool, ...]
    with_two_visits: int
    arm: str = ""

    @classmethod
    def of(cls, statistics: Statistics, arm: str | None = None) -> "Coverage":
        """Of one arm, or of all."""
        chosen = [item for item in statistics.products.items() if arm in (None, item[0].arm)]
        marks = np.array([stratum.attended for stratum, _ in chosen], dtype=np.int64)
        marks = marks.reshape(len(chosen), len(statistics.visits))
        counts = np.array([products[0] for _, products in chosen], dtype=np.int64)
        return cls(
            visits=statistics.visits,
            n_participants=int(counts.sum()),
            together=(marks * counts[:, None]).T @ marks,
            constant=tuple(statistics.is_constant(s, arm) for s in range(len(statistics.visits))),
            with_two_visits=int(counts[marks.sum(axis=1) >= 2].sum()),
            arm=arm or "",
        )

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
