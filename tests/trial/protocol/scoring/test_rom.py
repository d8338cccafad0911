"""The mean of flexion trials."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.protocol.scoring import rom
from trial.protocol.scoring.rounding import half_up

TRIAL = st.decimals(0, 120, places=1)


@pytest.mark.parametrize(
    ("trials", "mean"),
    [
        (["20.0", "21.0", "22.0"], "21.0"),
        (["20.0", "20.1", None], "20.1"),  # 20.05 goes up
        (["20.1", "20.2", None], "20.2"),  # 20.15 too, where even would stay
        (["10.0", "10.0", "10.1"], "10.0"),
        (["10.0", "10.1", "10.1"], "10.1"),
        ([None, None, "55.5"], "55.5"),
        (["0.0", None, None], "0.0"),
    ],
)
def test_the_mean_is_rounded_half_up(trials: list[str | None], mean: str) -> None:
    assert rom.mean([None if trial is None else Decimal(trial) for trial in trials]) == Decimal(mean)


def test_without_a_trial_there_is_no_mean() -> None:
    assert rom.mean([None, None, None]) is None


def test_the_mean_has_one_decimal() -> None:
    mean = rom.mean([Decimal(20), Decimal(21)])
    assert str(mean) == "20.5"


@given(st.lists(TRIAL, min_size=1, max_size=3))
def test_the_mean_lies_among_the_trials(trials: list[Decimal]) -> None:
    mean = rom.mean(trials)
    assert mean is not None
    assert min(trials) <= mean <= max(trials)


@given(st.fractions(0, 1000), st.integers(0, 3))
def test_half_up_is_within_half_a_unit_and_never_below_by_it(value: Fraction, places: int) -> None:
    unit = Fraction(1, 10**places)
    error = Fraction(half_up(value, places)) - value
    assert -unit / 2 < error <= unit / 2


@pytest.mark.parametrize(
    ("trials", "spread"), [(["20", "26", "21"], "6"), (["20", None, "20"], "0"), (["20", None, None], None)]
)
def test_the_spread_needs_two_trials(trials: list[str | None], spread: str | None) -> None:
    found = rom.spread([None if trial is None else Decimal(trial) for trial in trials])
    assert found == (None if spread is None else Decimal(spread))
