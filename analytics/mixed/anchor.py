"""Where values are counted from, so that a large mean costs no digits; and how coefficients return to the
true zero.

Anchors are whole quanta near the means, and the shift is done in Python integers: it has no rounding at
all. A subject column is anchored only when the mean structure can undo it (the column beside its own main
effect), the outcome at each visit on its own when the means of the visits are free, else with one anchor
for all visits.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats
from analytics.mixed.statistics import Statistics

Integers = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Anchor:
    """`shift` holds the anchors of (1, u, y) in quanta.

    Coefficients return to the scale of the design as `unshift @ coefficients + offset`.
    """

    shift: Integers
    unshift: Floats
    offset: Floats

    def products(self, statistics: Statistics, pattern: str) -> Floats:
        """The cross-products of a pattern about the anchors, in units of the data, each rounded once."""
        attended = [1] * (1 + len(statistics.columns)) + [int(mark) for mark in pattern]
        shift = self.shift * np.array(attended, dtype=object)
        raw = statistics.matrix(pattern)
        centred = raw - np.outer(shift, raw[0]) - np.outer(raw[0], shift) + raw[0, 0] * np.outer(shift, shift)
        units = statistics.quanta()
        numerators = np.array([unit.numerator for unit in units], dtype=object)
        denominators = np.array([unit.denominator for unit in units], dtype=object)
        scaled = centred * np.outer(numerators, numerators) / np.outer(denominators, denominators)
        return np.array(scaled, dtype=np.float64)


def anchor(statistics: Statistics, maps: Floats) -> Anchor:
    """The anchors for a design with these maps of shape (visits, p, 1 + subject columns)."""
    columns = len(statistics.columns)
    units = [float(unit) for unit in statistics.quanta()]
    shift = np.zeros(1 + columns + len(statistics.visits), dtype=object)
    unshift = np.eye(maps.shape[1])
    for column in range(1, columns + 1):
        undo = _combinations(maps, _moved_to_intercept(maps, column))
        if undo is not None:
            shift[column] = _mean(statistics, [column])
            unshift -= shift[column] * units[column] * undo.T
    shift[columns + 1 :], offset = _anchor_outcome(statistics, maps)
    return Anchor(shift, unshift, offset * units[-1])


def _anchor_outcome(statistics: Statistics, maps: Floats) -> tuple[list[int], Floats]:
    """An anchor for each visit, and the coefficients (in quanta) whose fitted values are exactly the
    anchors.
    """
    visits = list(range(len(statistics.visits)))
    first = 1 + len(statistics.columns)
    for groups in ([[s] for s in visits], [visits]):
        effects = _combinations(maps, np.stack([_indicator(maps, group) for group in groups]))
        if effects is not None:
            anchors = [_mean(statistics, [first + s for s in group]) for group in groups]
            by_visit = {s: value for group, value in zip(groups, anchors, strict=True) for s in group}
            return [by_visit[s] for s in visits], np.array(anchors, dtype=np.float64) @ effects
    return [0] * len(visits), np.zeros(maps.shape[1])


def _moved_to_intercept(maps: Floats, column: int) -> Floats:
    """What one unit in the anchor of a subject column adds to each design column, shape (p, visits,
    columns).
    """
    moved = np.zeros_like(maps)
    moved[:, :, 0] = maps[:, :, column]
    return moved.transpose(1, 0, 2)


def _indicator(maps: Floats, visits: list[int]) -> Floats:
    """The map that is one at these visits, shape (visits, columns)."""
    indicator = np.zeros((maps.shape[0], maps.shape[2]))
    indicator[visits, 0] = 1.0
    return indicator


def _combinations(maps: Floats, targets: Floats) -> Floats | None:
    """The coefficients with which the design columns make each target, or None when they cannot make all of
    them.
    """
    basis = maps.transpose(1, 0, 2).reshape(maps.shape[1], -1)
    wanted = targets.reshape(len(targets), -1)
    found = np.asarray(np.linalg.lstsq(basis.T, wanted.T, rcond=None)[0].T, dtype=np.float64)
    whole = np.round(found)
    # coefficients are nearly always 0 or ±1, and an anchor of 1e6 would magnify their rounding error
    found = np.where(np.abs(found - whole) < 1e-12, whole, found)
    error = float(np.abs(found @ basis - wanted).max())
    return found if error <= 1e-11 * max(1.0, float(np.abs(wanted).max())) else None


def _mean(statistics: Statistics, positions: list[int]) -> int:
    """The mean of these elements of the vectors, rounded to a whole quantum; a missing outcome does not
    count.
    """
    first = 1 + len(statistics.columns)
    total = n = 0
    for pattern in statistics.products:
        sums = statistics.sums(pattern)
        for position in positions:
            if position < first or pattern[position - first] == "1":
                total, n = total + sums[position], n + sums[0]
    return (2 * total + n) // (2 * n) if n else 0
