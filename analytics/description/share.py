"""A share of participants with exact bounds."""

from dataclasses import dataclass
from functools import cached_property

LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """`n` of `of`, with the exact interval of Clopper and Pearson (Biometrika 1934) at 95 %.

    0 of 26 has an upper bound of 13.2 %. Nobody of nobody has no bounds.
    """

    n: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.n <= self.of:
            raise ValueError(f"{self.n} of {self.of} is no share.")

    @property
    def share(self) -> float | None:
        return self.n / self.of if self.of else None

    @cached_property
    def lower(self) -> float | None:
        from scipy.special import betaincinv

        if not self.of:
            return None
        return float(betaincinv(self.n, self.of - self.n + 1, (1 - LEVEL) / 2)) if self.n else 0.0

    @cached_property
    def upper(self) -> float | None:
        from scipy.special import betaincinv

        if not self.of:
            return None
        return float(betaincinv(self.n + 1, self.of - self.n, (1 + LEVEL) / 2)) if self.n < self.of else 1.0
