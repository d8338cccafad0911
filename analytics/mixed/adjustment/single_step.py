"""Single-step adjustment by the multivariate t distribution of the statistics, two-sided.

Correlated normal statistics with a common standard error on df degrees of freedom are T = L u·ρ: u is a
uniform direction in as many dimensions m as the correlation L L' has rank, and ρ²/m follows F(m, df). Given
u, the largest |T_j| exceeds c with the probability that ρ exceeds c / max|L u|; what remains is the mean
over u. The directions are the points of a fixed lattice, so the result is deterministic, falls as c grows and
is accurate relative to its own size in the tail. They depend neither on c nor on df: their distribution of
max|L u| is kept as a histogram of weights. Source: docs/explanation/statistics/multiplicity.md.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.refusals import InputRefused

# The generator of a rank-1 lattice, found component by component to be good for 2^14, 2^16 and 2^18 points at
# once (P2 criterion, all weights 0.4). One number for each angle and radius: one fewer than the rank.
_GENERATOR = (
    *(1, 78161, 13601, 116313, 246483, 58317, 97451, 157641, 243467, 46721, 138265, 26609, 149835),
    *(140071, 229373, 231411, 255491, 213279, 150711, 21191, 252315, 211563, 161745, 10611, 3683, 42115),
    *(11501, 855, 97379, 190491, 166927, 138481, 66197, 64929, 157167, 121421, 191677, 174239, 79855),
    *(158289, 126761, 204307, 182245, 94191, 36135, 57595, 93023, 154915, 216817),
)
HIGHEST_RANK = len(_GENERATOR) + 1
# With these the error stays below 1e-5 up to rank 6, and below 1e-4 up to rank 35.
_POINTS_TO_RANK = {3: 2**14, 4: 2**16, 10: 2**18, HIGHEST_RANK: 2**20}
_BLOCK = 2**14
_CELLS = 512
_SMALLEST_VARIANCE = 1e-10


class FamilyTooLarge(InputRefused):
    """More independent contrasts than the lattice has dimensions for."""


def p_values(statistics: Sequence[float], correlation: npt.ArrayLike, df: float) -> tuple[float, ...]:
    """P(max|T| > |t|) for each statistic t (k); correlation (k, k) may be singular, df may be infinite.

    The absolute error is below 1e-5 up to rank 6, 1e-4 up to rank 35 and 1e-3 up to rank 50; a higher one is
    refused. Never below the unadjusted p value, never above Bonferroni's.
    """
    if not statistics:
        return ()
    unadjusted = _two_sided(np.abs(np.asarray(statistics, np.float64)), df)
    exceeding = [_exceeding(abs(t), _matrix(correlation), df) for t in statistics]
    highest = np.minimum(1.0, len(statistics) * unadjusted)
    return tuple(float(p) for p in np.clip(exceeding, unadjusted, highest))


def critical_value(correlation: npt.ArrayLike, df: float, level: float) -> float:
    """The c with P(max|T| ≤ c) = level; correlation (k, k), k ≥ 1. Kept within the bounds of the p values."""
    from scipy.optimize import brentq

    matrix = _matrix(correlation)
    error = 1.0 - level
    single, bonferroni = (-quantile(df, error / (2 * tests)) for tests in (1, len(matrix)))
    if len(matrix) == 1:
        return single
    # A little wider than the exact bounds, which the mean over directions reaches only within its error.
    found = brentq(lambda c: _exceeding(c, matrix, df) - error, 0.99 * single, 1.01 * bonferroni, xtol=1e-9)
    return min(max(float(found), single), bonferroni)


def quantile(df: float, probability: float) -> float:
    """Of Student's t distribution; df may be infinite."""
    from scipy.special import ndtri, stdtrit

    return float(stdtrit(df, probability) if np.isfinite(df) else ndtri(probability))


def _two_sided(sizes: Floats, df: float) -> Floats:
    from scipy.special import stdtr

    p: Floats = 2.0 * stdtr(df, -sizes)
    return p


def _matrix(correlation: npt.ArrayLike) -> Floats:
    return np.ascontiguousarray(correlation, dtype=np.float64)


def _exceeding(limit: float, correlation: Floats, df: float) -> float:
    """P(max|T| > limit)."""
    rank, largest, weights = _largest_projection(correlation.tobytes(), len(correlation))
    return float(weights @ _radius_exceeds(limit / largest, rank, df))


def _radius_exceeds(limits: Floats, rank: int, df: float) -> Floats:
    """P(ρ > limit) where ρ²/rank is F distributed with rank and df degrees of freedom."""
    from scipy.special import chdtrc, fdtrc

    if not np.isfinite(df):
        normal: Floats = chdtrc(rank, limits**2)
        return normal
    student: Floats = fdtrc(rank, df, limits**2 / rank)
    return student


@lru_cache(maxsize=16)
def _largest_projection(matrix: bytes, size: int) -> tuple[int, Floats, Floats]:
    """The rank, and the distribution of max|L u| over all directions: values and their weights."""
    root = _root(np.frombuffer(matrix).reshape(size, size))
    rank = root.shape[1]
    if rank > HIGHEST_RANK:
        raise FamilyTooLarge(
            f"The multivariate t adjusts at most {HIGHEST_RANK} independent contrasts; this family has "
            f"{rank}. Use Holm's adjustment."
        )
    points = next(number for limit, number in _POINTS_TO_RANK.items() if rank <= limit)
    blocks = np.split(np.arange(points), points // _BLOCK)
    largest = np.concatenate(
        [np.abs(root @ _directions(block, points, rank)).max(axis=0) for block in blocks]
    )
    return rank, *_histogram(largest)


def _root(correlation: Floats) -> Floats:
    """L (k, rank) with L L' = correlation: Cholesky's, the largest remaining variance first, until none
    remains.
    """
    columns: list[Floats] = []
    rest = correlation.copy()
    while len(columns) < len(rest) and rest.diagonal().max() > _SMALLEST_VARIANCE:
        pivot = int(np.argmax(np.round(rest.diagonal(), 9)))
        columns.append(rest[:, pivot] / np.sqrt(rest[pivot, pivot]))
        rest = rest - np.outer(columns[-1], columns[-1])
    return np.column_stack(columns)


def _directions(indices: npt.NDArray[np.int64], points: int, rank: int) -> Floats:
    """Lattice points as unit vectors (rank, points), uniform on the sphere up to sign.

    Coordinates come in pairs, an angle and a share of the squared length that remains: with m dimensions left
    the share of two is Beta(1, (m - 2) / 2), whose quantile is elementary. A last single coordinate takes the
    rest; its sign is free, for opposite directions count the same.
    """
    cube = np.outer(_GENERATOR[: rank - 1], (indices + 0.5) / points)
    cube -= np.floor(cube)
    unit = np.zeros((rank, len(indices)))
    left = np.ones(len(indices))
    for first in range(0, rank - 1, 2):
        angle = 2 * np.pi * cube[first]
        # folded, so that the integrand continues where the cube ends; the last pair takes all
        kept = np.zeros(len(indices))
        if first + 2 < rank:
            kept = np.abs(2 * cube[first + 1] - 1) ** (2 / (rank - first - 2))
        radius = np.sqrt(left * (1 - kept))
        unit[first], unit[first + 1] = radius * np.cos(angle), radius * np.sin(angle)
        left = left * kept
    if rank % 2:
        unit[-1] = np.sqrt(left)
    return unit


def _histogram(values: Floats) -> tuple[Floats, Floats]:
    """A grid and weights whose sums replace means over the values: each is shared by its two neighbours."""
    grid = np.linspace(values.min(), values.max(), _CELLS + 1)
    if grid[0] == grid[-1]:
        return grid[:1], np.ones(1)
    position = (values - grid[0]) / (grid[-1] - grid[0]) * _CELLS
    cell = np.minimum(position.astype(np.int64), _CELLS - 1)
    above = position - cell
    weights = np.bincount(cell, 1 - above, _CELLS + 1) + np.bincount(cell + 1, above, _CELLS + 1)
    return grid, weights / len(values)
