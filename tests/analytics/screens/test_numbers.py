import pytest

from analytics.screens.numbers import decimals, interval, p_value, percent, scientific


@pytest.mark.parametrize(
    ("value", "shown"),
    [(6.345, "6.34"), (-1.881, "−1.88"), (-0.001, "0.00"), (0.0, "0.00"), (None, "–"), (42.0, "42.00")],
)
def test_estimates_have_two_decimals_and_a_true_minus(value: float | None, shown: str) -> None:
    assert decimals(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.04, "0.040"),
        (0.0009, "<0.001"),
        (1e-17, "<0.001"),
        (0.9996, ">0.999"),
        (1.0, ">0.999"),
        (None, "–"),
    ],
)
def test_a_small_p_is_said_to_be_small(value: float | None, shown: str) -> None:
    assert p_value(value) == shown


def test_an_interval_is_read_from_low_to_high() -> None:
    assert interval(-4.344, 2.666) == "−4.34 to 2.67"


@pytest.mark.parametrize(
    ("value", "shown"), [(2.14e-9, "2.1 × 10⁻⁹"), (0.0, "0"), (9.96, "1.0 × 10¹"), (0.5, "5.0 × 10⁻¹")]
)
def test_what_should_be_as_good_as_zero_is_shown_by_its_power_of_ten(value: float, shown: str) -> None:
    assert scientific(value) == shown


def test_an_interval_that_is_not_there_is_a_dash() -> None:
    assert interval(None, None) == "–"


def test_a_level_is_said_in_percent() -> None:
    assert percent(0.95) == "95 %"
