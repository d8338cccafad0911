"""A chart as plain geometry: an area, a line, dots and marks in two scales; the template writes it down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from analytics.screens.axes import Axis
from analytics.screens.numbers import decimals

WIDTH, HEIGHT = 560, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 544, 16, 262
TICKS = 6
# What is drawn leaves this share of the axis free at either end.
MARGIN = 0.04

Pair = tuple[float, float]
Marked = tuple[float, float, str]


@dataclass(frozen=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True)
class Dot:
    """`words` are a title for who points at it."""

    x: str
    y: str
    words: str = ""


@dataclass(frozen=True)
class Name:
    """Words beside a dot, on the side where there is room."""

    x: str
    y: str
    words: str
    before: bool


@dataclass(frozen=True)
class Rule:
    """A line across the chart; `words` stand beside it."""

    x1: str
    x2: str
    y1: str
    y2: str
    words: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Chart:
    """`band` and `line` are the points of a polygon and a polyline, empty where there are none."""

    title: str
    description: str
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    band: str
    line: str
    dots: tuple[Dot, ...]
    names: tuple[Name, ...]
    rules: tuple[Rule, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM
    middle: int = (TOP + BOTTOM) // 2


@dataclass(frozen=True)
class Sketch:
    """What a chart shows, in units of the data.

    `lower` and `upper` are the edges of the band; `across` and `along` are values at which a line crosses the
    chart, with its words; `marked` are dots with words for who points at them, `named` those whose words
    stand beside them.
    """

    title: str
    description: str
    x_label: str
    y_label: str
    line: Sequence[Pair] = ()
    lower: Sequence[Pair] = ()
    upper: Sequence[Pair] = ()
    marked: Sequence[Marked] = ()
    named: Sequence[Marked] = ()
    along: Sequence[tuple[float, str]] = ()
    across: Sequence[tuple[float, str]] = ()
    diagonal: bool = False
    x_range: Pair | None = None
    y_range: Pair | None = None
    x_ticks: Sequence[float] = field(default=())

    def drawn(self) -> Chart:
        """The geometry."""
        pairs = [*self.line, *self.lower, *self.upper, *((x, y) for x, y, *_ in self.marked)]
        xs = [*(x for x, _ in pairs), *(x for x, _ in self.across)]
        ys = [*(y for _, y in pairs), *(y for y, _ in self.along)]
        x = Axis(*(self.x_range or _reach(xs)), LEFT, RIGHT)
        y = Axis(*(self.y_range or _reach(ys)), BOTTOM, TOP)
        return Chart(
            title=self.title,
            description=self.description,
            x_label=self.x_label,
            y_label=self.y_label,
            x_ticks=tuple(_ticks(x, self.x_ticks)),
            y_ticks=tuple(_ticks(y, ())),
            band=_points([*self.lower, *reversed(self.upper)], x, y),
            line=_points(self.line, x, y),
            dots=tuple(_dot(each, x, y) for each in self.marked),
            names=tuple(_name(each, x, y) for each in self.named),
            rules=tuple(self._rules(x, y)),
        )

    def _rules(self, x: Axis, y: Axis) -> Iterable[Rule]:
        for value, words in self.along:
            place = _place(y.place(value))
            yield Rule(str(LEFT), str(RIGHT), place, place, words)
        for value, words in self.across:
            place = _place(x.place(value))
            yield Rule(place, place, str(TOP), str(BOTTOM), words, "across")
        if self.diagonal:
            low, high = max(x.low, y.low), min(x.high, y.high)
            ends = (x.place(low), x.place(high), y.place(low), y.place(high))
            yield Rule(*map(_place, ends))


def ticks(low: float, high: float) -> list[float]:
    """Round values between the ends, some six of them."""
    rough = (high - low) / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * (1 - 1e-9))
    first = ceil(low / step - 1e-9)
    return [step * number for number in range(first, floor(high / step + 1e-9) + 1)]


def _reach(values: Sequence[float]) -> Pair:
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = MARGIN * (high - low) or 0.5
    return low - room, high + room


def _ticks(axis: Axis, given: Sequence[float]) -> Iterable[Tick]:
    values = list(given) or ticks(axis.low, axis.high)
    places = _decimals(values)
    return (Tick(_place(axis.place(value)), decimals(value, places)) for value in values)


def _decimals(values: Sequence[float]) -> int:
    """As few as tell them apart."""
    return next(n for n in range(7) if all(abs(round(v, n) - v) < 1e-9 for v in values) or n == 6)


def _points(pairs: Sequence[Pair], x: Axis, y: Axis) -> str:
    return " ".join(f"{_place(x.place(one))},{_place(y.place(other))}" for one, other in pairs)


def _dot(marked: Marked, x: Axis, y: Axis) -> Dot:
    one, other, words = marked
    return Dot(_place(x.place(one)), _place(y.place(other)), words)


def _name(named: Marked, x: Axis, y: Axis) -> Name:
    one, other, words = named
    place = x.place(one)
    return Name(_place(place), _place(y.place(other)), words, before=place > (LEFT + RIGHT) / 2)


def _place(value: float) -> str:
    return f"{value:.1f}"
