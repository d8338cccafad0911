from analytics.screens.forest import LEFT, RIGHT, Forest, Line, forest

DECLARED = Line("un", -3.5, -4.5, -2.5, "−3.50 (−4.50 to −2.50)", kind="declared")


def drawn(*lines: Line) -> Forest:
    return forest("Title", "Text", "Change in points", lines)


def test_an_interval_spans_its_ends_around_its_estimate() -> None:
    (row,) = drawn(DECLARED).rows
    assert float(row.lower) < float(row.at) < float(row.upper)
    middle = (float(row.lower) + float(row.upper)) / 2
    assert abs(float(row.at) - middle) < 0.11


def test_zero_is_always_in_the_drawing() -> None:
    for line in (DECLARED, Line("un", 20, 15, 25)):
        assert LEFT < float(drawn(line).zero) < RIGHT


def test_the_first_estimate_is_marked_as_the_declared_one() -> None:
    found = drawn(Line("Declared", head=True), DECLARED, Line("cs", -3.0, -4.0, -2.0))
    assert found.declared == found.rows[1].at
    assert found.rows[2].at != found.declared


def test_rows_go_down_and_a_group_stands_off() -> None:
    found = drawn(Line("Declared", head=True), DECLARED, Line("Other", head=True), DECLARED)
    heights = [row.y for row in found.rows]
    assert heights == sorted(set(heights))
    assert heights[2] - heights[1] > heights[1] - heights[0]
    assert found.bottom > heights[-1]


def test_without_an_estimate_only_the_words_stand_there() -> None:
    found = drawn(DECLARED, Line("gamma", words="not estimated"))
    assert (found.rows[1].words, found.rows[1].at) == ("not estimated", "")


def test_nothing_to_draw_is_a_drawing_too() -> None:
    found = drawn()
    assert (found.rows, found.declared) == ((), "")
    assert found.ticks
