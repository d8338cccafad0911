"""A hash of a set of lines that can be kept up to date line by line, in any order.

LtHash with 1024 lanes of 16 bits: each line is expanded to 2048 bytes and the expansions are added, so that
a line is taken out by subtracting it. Bellare & Micciancio (1997), "A new paradigm for collision-free
hashing: incrementality at reduced cost"; parameters as in Lewi, Kim, Maykov & Weis (2019), "Securing update
propagation with homomorphic hashing". The exact bytes stand in docs/explanation/incremental-refit.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256, shake_128
from typing import Self

import numpy as np

STATE_BYTES = 2048
# Two bytes, the lower one first, on every machine.
LANES = np.dtype("<u2")


@dataclass(frozen=True)
class SetHash:
    """The sum of the expanded lines. Without lines: zeros. ValueError for a state of another length."""

    state: bytes = bytes(STATE_BYTES)

    def __post_init__(self) -> None:
        if len(self.state) != STATE_BYTES:
            raise ValueError(f"a state has {STATE_BYTES} bytes; this one has {len(self.state)}")

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Self:
        total = np.zeros(STATE_BYTES // LANES.itemsize, dtype=LANES)
        for line in lines:
            total += _expanded(line)  # the lanes wrap round at 2^16, which is what is wanted
        return cls(total.tobytes())

    def __add__(self, other: Self) -> Self:
        """The hash of the lines of both, which must have none in common."""
        return type(self)((self._lanes() + other._lanes()).tobytes())

    def __sub__(self, other: Self) -> Self:
        """The hash without the lines of the other; nothing tells whether they are in it."""
        return type(self)((self._lanes() - other._lanes()).tobytes())

    def hexdigest(self, head: bytes) -> str:
        """SHA-256 of what the lines are about and of the state."""
        return sha256(head + self.state).hexdigest()

    def _lanes(self) -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
        return np.frombuffer(self.state, dtype=LANES)


def _expanded(line: bytes) -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
    return np.frombuffer(shake_128(line).digest(STATE_BYTES), dtype=LANES)
