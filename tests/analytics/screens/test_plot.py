from decimal import Decimal

import pytest

from analytics.datasets.vectors import Value, Vector
from analytics.models import Description, Estimate
from analytics.screens import axes
from analytics.screens.axes import Axis
from analytics.screens.plot import BOTTOM, TOP, draw
from trial.protocol import STUDY

PAIN, MOTION, _ = STUDY.analyses


def people(*rows: tuple[Value, ...]) -> list[Vector]:
    return [Vector(f"01-{place:03}", row) for place, row in enumerate(rows, start=1)]


def mean(visit: str, estimate: float, half: float) -> Estimate:
    return Estimate(kind="mean", visit=visit, estimate=estimate, lower=estimate - half, upper=estimate + half)


@pytest.mark.parametrize(
    ("scale", "largest", "expected"),
    [
        ((0, 10), 9.0, (10.0, 2)),
        ((0, 10), 3.5, (4.0, 1)),
        ((0, 120), 42.0, (50.0, 10)),
        ((0, 120), 118.0, (120.0, 20)),
        ((0, 100), 100.0, (100.0, 20)),
        ((0, 100), 0.0, (1.0, 1)),
    ],
)
def test_the_value_axis_begins_with_the_scale_and_ends_above_the_data(
    scale: tuple[int, int], largest: float, expected: tuple[float, int]
) -> None:
    assert axes.reach(scale, largest) == expected


def test_visits_stand_at_their_planned_day() -> None:
    assert axes.days(("BL", "W1", "W2", "W12")) == [0.0, 7.0, 14.0, 84.0]


def test_visits_without_a_planned_day_stand_in_equal_distances() -> None:
    assert axes.days(("SCR", "BL", "W1")) == [0.0, 1.0, 2.0]


def test_values_map_to_places_upside_down_as_drawings_do() -> None:
    axis = Axis(0, 10, BOTTOM, TOP)
    assert (axis.place(0), axis.place(10), axis.place(5)) == (BOTTOM, TOP, (BOTTOM + TOP) / 2)


def test_a_participant_is_a_line_through_the_values_there_are() -> None:
    plot = draw(PAIN, people((7, None, 5, 3), (4, None, None, None), (None, None, None, None)), [], [])
    (line,) = plot.lines
    assert len(line.split()) == 3
    (dot,) = plot.dots
    assert line.split()[0].startswith(f"{dot.x},")
    assert plot.description == "Lines of 2 participants."


def test_means_are_drawn_with_their_intervals_and_told_in_words() -> None:
    plot = draw(PAIN, people((10, 5, 5, 3)), [mean("BL", 6.0, 1.0), mean("W12", 3.0, 1.0)], [])
    first, last = plot.means
    assert float(first.lower) > float(first.at.y) > float(first.upper)
    assert plot.mean_line == f"{first.at.x},{first.at.y} {last.at.x},{last.at.y}"
    assert "BL 6.00 (interval 5.00 to 7.00); W12 3.00 (interval 2.00 to 4.00)" in plot.description


def test_an_outcome_without_values_is_an_empty_frame_on_the_whole_scale() -> None:
    plot = draw(MOTION, [], [], [])
    assert [tick.label for tick in plot.values] == ["0", "20", "40", "60", "80", "100", "120"]
    assert (plot.lines, plot.dots, plot.mean_line) == ((), (), "")


def test_decimal_values_are_drawn_as_numbers() -> None:
    plot = draw(MOTION, people((Decimal("20.5"), Decimal("30.0"), None, None)), [], [])
    assert len(plot.lines) == 1


def test_below_each_visit_stands_how_many_values_it_has() -> None:
    plot = draw(PAIN, [], [], [Description(visit="BL", n=26), Description(visit="W12", n=24)])
    assert [(tick.label, tick.day, tick.n) for tick in plot.visits] == [
        ("BL", "day 0", "26"),
        ("W1", "day 7", "0"),
        ("W2", "day 14", "0"),
        ("W12", "day 84", "24"),
    ]
