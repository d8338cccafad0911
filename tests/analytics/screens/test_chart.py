import pytest

from analytics.screens.chart import BOTTOM, LEFT, RIGHT, TOP, Marked, Sketch, ticks


def sketch(**parts: object) -> Sketch:
    return Sketch(title="Title", description="Text", x_label="x", y_label="y", **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 10.0, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
        (-0.9, 1.1, [-0.5, 0.0, 0.5, 1.0]),
        (14.0, 21.0, [14.0, 16.0, 18.0, 20.0]),
        (-4.2, 0.1, [-4.0, -3.0, -2.0, -1.0, 0.0]),
    ],
)
def test_ticks_are_round_and_inside(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_what_is_drawn_stands_by_its_scale() -> None:
    chart = sketch(marked=[(0, 0, ""), (5, 50, "half")], x_range=(0, 10), y_range=(0, 100)).drawn()
    origin, middle = chart.dots
    assert (origin.x, origin.y) == (f"{LEFT:.1f}", f"{BOTTOM:.1f}")
    assert (middle.x, middle.y) == (f"{(LEFT + RIGHT) / 2:.1f}", f"{(TOP + BOTTOM) / 2:.1f}")
    assert middle.words == "half"


def test_a_band_goes_out_below_and_comes_back_above() -> None:
    chart = sketch(lower=[(0, 1), (1, 2)], upper=[(0, 3), (1, 4)], x_range=(0, 1), y_range=(0, 4)).drawn()
    xs = [point.split(",")[0] for point in chart.band.split()]
    assert xs == [f"{LEFT:.1f}", f"{RIGHT:.1f}", f"{RIGHT:.1f}", f"{LEFT:.1f}"]
    ys = [float(point.split(",")[1]) for point in chart.band.split()]
    assert ys[0] > ys[3]
    assert ys[1] > ys[2]


def test_a_chart_leaves_room_around_what_it_shows() -> None:
    chart = sketch(marked=[(1, 1, ""), (3, 5, "")]).drawn()
    assert all(LEFT < float(dot.x) < RIGHT and TOP < float(dot.y) < BOTTOM for dot in chart.dots)


def test_a_name_stands_on_the_side_where_there_is_room() -> None:
    dots = [(1, 1, "left"), (9, 1, "right")]
    chart = sketch(marked=dots, named=dots, x_range=(0, 10)).drawn()
    assert [(name.words, name.before) for name in chart.names] == [("left", False), ("right", True)]
    assert [(name.x, name.y) for name in chart.names] == [(dot.x, dot.y) for dot in chart.dots]


@pytest.mark.parametrize("marked", [[], [(2, 2, "")], [(2, 2, ""), (2, 2, "")]])
def test_nothing_and_one_value_are_charts_too(marked: list[Marked]) -> None:
    chart = sketch(marked=marked).drawn()
    assert len(chart.dots) == len(marked)
    assert chart.x_ticks
    assert chart.y_ticks
    assert "nan" not in str(chart)


def test_lines_across_and_along_stand_at_their_values() -> None:
    chart = sketch(across=[(5, "here")], along=[(50, "")], x_range=(0, 10), y_range=(0, 100)).drawn()
    along, across = chart.rules
    assert along.y1 == along.y2 == f"{(TOP + BOTTOM) / 2:.1f}"
    assert across.x1 == across.x2 == f"{(LEFT + RIGHT) / 2:.1f}"
    assert across.words == "here"


def test_the_diagonal_goes_where_both_scales_agree() -> None:
    chart = sketch(diagonal=True, x_range=(0, 10), y_range=(5, 20)).drawn()
    (rule,) = chart.rules
    assert (rule.x1, rule.y1) == (f"{(LEFT + RIGHT) / 2:.1f}", f"{BOTTOM:.1f}")
    assert float(rule.x2) == RIGHT


def test_labels_have_as_many_decimals_as_they_need() -> None:
    chart = sketch(x_range=(0, 1), y_range=(0, 100)).drawn()
    assert [tick.label for tick in chart.x_ticks] == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert [tick.label for tick in chart.y_ticks] == ["0", "20", "40", "60", "80", "100"]
