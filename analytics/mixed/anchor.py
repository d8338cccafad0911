"""Where values are counted from, so that a large mean costs no digits; and how coefficients return to the
true zero.

Anchors are whole quanta near the means, and the shift is done in integers: it has no rounding at all. A
subject column is anchored only when the mean structure can undo it (the column beside its own main effect),
the outcome at each visit on its own when the means of the visits are free, else with one anchor for all
visits.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.design import Design
from analytics.mixed.encoding import Rows
from analytics.mixed.statistics import Statistics

# Products of 64-bit integers below this cannot leave 64 bits when four of them are added.
SAFE = 2**60


@dataclass(frozen=True)
class Anchor:
    """`shift` holds the anchors of (1, u, y) in quanta.

    Coefficients return to the scale of the design as `unshift @ coefficients + offset`.
    """

    shift: tuple[int, ...]
    unshift: Floats
    offset: Floats


@dataclass(frozen=True)
class Strata:
    """The cross-products `matrices` (strata, d, d) in quanta, and `attended` (strata, visits) of 0 and 1."""

    matrices: Rows
    attended: Floats

    @classmethod
    def of(cls, statistics: Statistics) -> "Strata":
        marks = [stratum.attended for stratum in statistics.products]
        return cls(statistics.matrices(), np.array(marks, dtype=np.float64))

    def about(self, shift: tuple[int, ...], units: Floats) -> Floats:
        """The cross-products about the anchors, in units of the data; exact until they become doubles."""
        columns = self.matrices.shape[1] - self.attended.shape[1]
        largest = int(np.abs(self.matrices).max()) * (1 + max(map(abs, shift))) ** 2
        kind = self.matrices.dtype if largest < SAFE else np.dtype(object)
        raw = self.matrices.astype(kind)
        present = np.hstack([np.ones((len(raw), columns)), self.attended]).astype(np.int64)
        own = present * np.array(shift, dtype=kind)
        sums, counts = raw[:, 0], raw[:, 0, 0]
        crossed = own[:, :, None] * sums[:, None, :]
        centred = (
            raw - crossed - crossed.swapaxes(1, 2) + counts[:, None, None] * own[:, :, None] * own[:, None, :]
        )
        return np.asarray(centred.astype(np.float64) * np.outer(units, units))


@dataclass(frozen=True)
class Undoing:
    """How the mean structure undoes anchors; it knows no data.

    `columns` has for each subject column the coefficients (p, p) that one unit of its anchor moves, or None
    when the column cannot be anchored. Each of `groups` of visits can have an anchor of its own, whose unit
    is made by a row of `effects` (groups, p).
    """

    columns: tuple[Floats | None, ...]
    groups: tuple[tuple[int, ...], ...]
    effects: Floats


def anchor(statistics: Statistics, strata: Strata, design: Design) -> Anchor:
    """Near the means, wherever the mean structure can undo it."""
    undoing = _undoing(design)
    units = [float(unit) for unit in statistics.quanta()]
    shift = [0] * len(units)
    unshift = np.eye(len(design.names))
    for column, undo in enumerate(undoing.columns, start=1):
        if undo is not None:
            shift[column] = _mean(strata, [column])
            unshift -= shift[column] * units[column] * undo.T
    first = len(units) - len(statistics.visits)
    anchors = [_mean(strata, [first + visit for visit in group]) for group in undoing.groups]
    for group, value in zip(undoing.groups, anchors, strict=True):
        for visit in group:
            shift[first + visit] = value
    offset = np.array(anchors, dtype=np.float64) @ undoing.effects
    return Anchor(tuple(shift), unshift, offset * units[-1])


@lru_cache(maxsize=32)
def _undoing(design: Design) -> Undoing:
    rows = design.maps.reshape(-1, *design.maps.shape[2:])
    columns = range(1, rows.shape[2])
    visits = tuple(range(design.maps.shape[1]))
    groups, effects = _groups(design.maps, [tuple((visit,) for visit in visits), (visits,)])
    undone = tuple(_combinations(rows, _moved_to_intercept(rows, column)) for column in columns)
    return Undoing(undone, groups, effects)


def _groups(
    maps: Floats, candidates: list[tuple[tuple[int, ...], ...]]
) -> tuple[tuple[tuple[int, ...], ...], Floats]:
    """The first way to group the visits whose indicators the design columns can make; else none."""
    rows = maps.reshape(-1, *maps.shape[2:])
    for groups in candidates:
        effects = _combinations(rows, np.stack([_indicator(maps, group) for group in groups]))
        if effects is not None:
            return groups, effects
    return (), np.zeros((0, rows.shape[1]))


def _moved_to_intercept(rows: Floats, column: int) -> Floats:
    """What a unit in the anchor of a subject column adds to each design column, shape (p, rows, columns)."""
    moved = np.zeros_like(rows)
    moved[:, :, 0] = rows[:, :, column]
    return moved.transpose(1, 0, 2)


def _indicator(maps: Floats, visits: tuple[int, ...]) -> Floats:
    """The map that is one at these visits, in every arm, shape (rows, columns)."""
    indicator = np.zeros((*maps.shape[:2], maps.shape[3]))
    indicator[:, list(visits), 0] = 1.0
    return indicator.reshape(-1, maps.shape[3])


def _combinations(rows: Floats, targets: Floats) -> Floats | None:
    """The coefficients with which the design columns make each target, or None when they cannot make all of
    them.
    """
    basis = rows.transpose(1, 0, 2).reshape(rows.shape[1], -1)
    wanted = targets.reshape(len(targets), -1)
    found = np.asarray(np.linalg.lstsq(basis.T, wanted.T, rcond=None)[0].T, dtype=np.float64)
    whole = np.round(found)
    # coefficients are nearly always 0 or ±1, and an anchor of 1e6 would magnify their rounding error
    found = np.where(np.abs(found - whole) < 1e-12, whole, found)
    error = float(np.abs(found @ basis - wanted).max())
    return found if error <= 1e-11 * max(1.0, float(np.abs(wanted).max())) else None


def _mean(strata: Strata, positions: list[int]) -> int:
    """The mean of these elements of the vectors in whole quanta; a missing outcome does not count."""
    first = strata.matrices.shape[1] - strata.attended.shape[1]
    total = n = 0
    for position in positions:
        present = slice(None) if position < first else strata.attended[:, position - first] == 1
        total += int(strata.matrices[present, 0, position].sum())
        n += int(strata.matrices[present, 0, 0].sum())
    return (2 * total + n) // (2 * n) if n else 0
