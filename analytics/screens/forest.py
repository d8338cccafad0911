"""Estimates of several models below each other, each with its interval: a forest plot as plain geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.screens.axes import Axis
from analytics.screens.chart import Tick, ticks
from analytics.screens.numbers import decimals

WIDTH = 720
LEFT, RIGHT = 300, 560
TOP, ROW, HEAD, FOOT = 10, 26, 30, 44


@dataclass(frozen=True)
class Line:
    """A model: its label, its estimate and interval, or the reason why it has none; `head` begins a group."""

    label: str
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    words: str = ""
    head: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """A line at its place; `at`, `lower` and `upper` are empty where there is no estimate."""

    y: int
    label: str
    words: str
    head: bool
    kind: str
    at: str = ""
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True)
class Forest:
    title: str
    description: str
    axis: str
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    zero: str
    declared: str
    height: int
    bottom: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP


def forest(title: str, description: str, axis: str, lines: Sequence[Line]) -> Forest:
    """Zero and the first estimate, which is the declared one, are marked by lines."""
    known = [each for each in lines if each.estimate is not None]
    across = _axis([value for each in known for value in (each.lower, each.upper) if value is not None])
    rows, y = [], TOP
    for line in lines:
        y += HEAD if line.head else ROW
        rows.append(_row(line, y, across))
    bottom = y + ROW // 2
    return Forest(
        title=title,
        description=description,
        axis=axis,
        rows=tuple(rows),
        ticks=tuple(
            Tick(_place(across.place(value)), decimals(value, 0 if value == round(value) else 1))
            for value in ticks(across.low, across.high)
        ),
        zero=_place(across.place(0.0)),
        declared=_place(across.place(known[0].estimate or 0.0)) if known else "",
        height=bottom + FOOT,
        bottom=bottom,
    )


def _axis(values: Sequence[float]) -> Axis:
    """Always with zero in it."""
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.04 * (high - low) or 0.5
    return Axis(low - room, high + room, LEFT, RIGHT)


def _row(line: Line, y: int, across: Axis) -> Row:
    if line.estimate is None or line.lower is None or line.upper is None:
        return Row(y, line.label, line.words, line.head, line.kind)
    places = (_place(across.place(value)) for value in (line.estimate, line.lower, line.upper))
    return Row(y, line.label, line.words, line.head, line.kind, *places)


def _place(value: float) -> str:
    return f"{value:.1f}"
