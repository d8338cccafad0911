"""What is different since the last run, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.models.estimate import CHANGE, MEAN
from analytics.screens.fitted import structure
from analytics.screens.numbers import NONE, decimals
from analytics.screens.visits import label
from analytics.selectors.since import Shift, Since
from trial.protocol.analyses import Analysis

LEAST = 0.005


@dataclass(frozen=True)
class ShiftRow:
    """How one estimate moved, all of it text."""

    visit: str
    what: str
    before: str
    now: str
    moved: str


@dataclass(frozen=True)
class Changed:
    """`summary` is one line for everybody, `rows` are for who wants to see each number."""

    run: int
    summary: str
    rows: tuple[ShiftRow, ...]


def words(analysis: Analysis, since: Since) -> Changed:
    """The change at the last visit stands in the summary: it is what the trial is about."""
    counted = f"{_more(since.values, 'value')}, {_more(since.participants, 'participant')}"
    last = next((s for s in since.shifts if (s.kind, s.visit) == (CHANGE, analysis.visits[-1])), None)
    moved = f"; change at {label(last.visit)} {_moved(last.difference)}" if last else ""
    summary = counted + moved + _covariance(since)
    return Changed(since.before.pk, summary, tuple(_rows(analysis, since.shifts)))


def _covariance(since: Since) -> str:
    """Estimates that moved because the model is another one must not be read as what the data did."""
    if not since.refitted_otherwise:
        return ""
    before, now = (structure(run.covariance_fitted) for run in (since.before, since.now))
    return f"; another covariance was fitted: {now}, before {before}"


def _rows(analysis: Analysis, shifts: Iterable[Shift]) -> Iterable[ShiftRow]:
    for shift in shifts:
        what = "Mean" if shift.kind == MEAN else f"Change from {label(analysis.reference)}"
        numbers = decimals(shift.before), decimals(shift.now)
        yield ShiftRow(label(shift.visit), what, *numbers, _moved(shift.difference))


def _moved(difference: float | None) -> str:
    if difference is None:
        return NONE
    if difference == 0:
        return "= unchanged"
    size = decimals(abs(difference)) if abs(difference) >= LEAST else "less than 0.01"
    return f"▲ {size} higher" if difference > 0 else f"▼ {size} lower"


def _more(count: int, noun: str) -> str:
    if count == 0:
        return f"as many {noun}s"
    plural = "" if abs(count) == 1 else "s"
    return f"{abs(count)} {noun}{plural} {'more' if count > 0 else 'fewer'}"
