"""The plot of an outcome as plain geometry; the template only writes it down as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.datasets.vectors import Value, Vector
from analytics.models import Description, Estimate, Run
from analytics.models.estimate import MEAN
from analytics.screens import axes
from analytics.screens.axes import Axis
from analytics.screens.numbers import decimals as two
from analytics.screens.numbers import interval
from trial.protocol.analyses import Analysis

WIDTH, HEIGHT = 560, 356
LEFT, RIGHT, TOP, BOTTOM = 52, 548, 16, 276


@dataclass(frozen=True)
class Tick:
    """A place on an axis and the words beside it; `day` and `n` stand below those of a visit."""

    at: str
    label: str
    day: str = ""
    n: str = ""


@dataclass(frozen=True)
class Point:
    x: str
    y: str


@dataclass(frozen=True)
class Mean:
    """An estimated mean and the ends of its interval."""

    at: Point
    lower: str
    upper: str


@dataclass(frozen=True)
class Plot:
    """`lines` holds for each participant the points of a polyline; `dots` those with a single value."""

    title: str
    description: str
    value_label: str
    values: tuple[Tick, ...]
    visits: tuple[Tick, ...]
    lines: tuple[str, ...]
    dots: tuple[Point, ...]
    mean_line: str
    means: tuple[Mean, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM
    middle: int = (TOP + BOTTOM) // 2


def draw(
    analysis: Analysis,
    people: Sequence[Vector],
    means: Sequence[Estimate],
    observed: Iterable[Description],
) -> Plot:
    """Participants' values at the planned day of each visit, and over them the estimated means."""
    largest = max([*_values(people), *(mean.upper for mean in means)], default=float(analysis.scale[1]))
    high, step = axes.reach(analysis.scale, largest)
    days = axes.days(analysis.visits)
    across = Axis(min(days), max(days), LEFT + 24, RIGHT - 24)
    up = Axis(analysis.scale[0], high, BOTTOM, TOP)
    places = dict(zip(analysis.visits, (across.place(day) for day in days), strict=True))
    tracks = [_track(vector, places, up) for vector in people]
    return Plot(
        title=_("{title} by visit").format(title=_(analysis.title)),
        description=_description(analysis, means, sum(bool(track) for track in tracks)),
        value_label=f"{_(analysis.title)} ({_(analysis.unit)})",
        values=tuple(_value_ticks(analysis.scale[0], high, step, up)),
        visits=tuple(_visit_ticks(days, places, {each.visit: each.n for each in observed})),
        lines=tuple(_polyline(track) for track in tracks if len(track) > 1),
        dots=tuple(track[0] for track in tracks if len(track) == 1),
        mean_line=_polyline([_point(places[mean.visit], up.place(mean.estimate)) for mean in means]),
        means=tuple(_mean(mean, places, up) for mean in means),
    )


def draw_run(analysis: Analysis, people: Sequence[Vector], run: Run) -> Plot:
    """The plot of what a run estimated; its rows are read along."""
    means = [estimate for estimate in run.estimates.all() if estimate.kind == MEAN]
    return draw(analysis, people, means, run.descriptions.all())


def _values(people: Sequence[Vector]) -> list[float]:
    return [float(value) for vector in people for value in vector.values if value is not None]


def _track(vector: Vector, places: dict[str, float], up: Axis) -> list[Point]:
    """The points of a participant; a visit without a value is passed over."""
    pairs: list[tuple[float, Value]] = list(zip(places.values(), vector.values, strict=True))
    return [_point(x, up.place(float(value))) for x, value in pairs if value is not None]


def _point(x: float, y: float) -> Point:
    return Point(_number(x), _number(y))


def _polyline(points: Sequence[Point]) -> str:
    return " ".join(f"{point.x},{point.y}" for point in points)


def _mean(mean: Estimate, places: dict[str, float], up: Axis) -> Mean:
    at = _point(places[mean.visit], up.place(mean.estimate))
    return Mean(at, _number(up.place(mean.lower)), _number(up.place(mean.upper)))


def _value_ticks(low: int, high: float, step: int, up: Axis) -> list[Tick]:
    return [Tick(_number(up.place(value)), str(value)) for value in range(low, int(high) + 1, step)]


def _visit_ticks(days: list[float], places: dict[str, float], counts: dict[str, int]) -> list[Tick]:
    return [
        Tick(_number(place), visit, _("day {day}").format(day=f"{day:.0f}"), str(counts.get(visit, 0)))
        for (visit, place), day in zip(places.items(), days, strict=True)
    ]


def _number(place: float) -> str:
    return f"{place:.1f}"


def _description(analysis: Analysis, means: Sequence[Estimate], participants: int) -> str:
    drawn = (
        _("Lines of {participants} participants.").format(participants=participants)
        if participants
        else _("No lines of participants.")
    )
    if not means:
        return drawn
    estimated = _("Estimated means in {unit}: {means}.").format(
        unit=_(analysis.unit), means="; ".join(_mean_in_words(mean) for mean in means)
    )
    return f"{estimated} {drawn}"


def _mean_in_words(mean: Estimate) -> str:
    return _("{visit} {mean} (interval {interval})").format(
        visit=mean.visit, mean=two(mean.estimate), interval=interval(mean.lower, mean.upper)
    )
