import numpy as np
import pytest

from analytics.mixed import fit
from benchmarks.two_arms import EFFECT, UNSTRUCTURED, simulate


def test_a_trial_of_some_size_has_every_pattern_in_both_arms() -> None:
    assert len(simulate(1_000).statistics().products) == 2 * 15
    assert len(simulate(26).statistics().products) < 2 * 15


def test_about_one_in_eight_values_is_missing() -> None:
    assert np.isnan(simulate(20_000).outcomes).mean() == pytest.approx(0.12, abs=0.005)


def test_a_vector_is_what_the_arrays_hold() -> None:
    trial = simulate(40)
    without = trial.statistics().remove(trial.vector(39), trial.cell(39))
    assert without.add(trial.vector(39), trial.cell(39)).to_bytes() == trial.statistics().to_bytes()


def test_the_long_form_has_one_row_for_each_value() -> None:
    trial = simulate(40)
    long = trial.long()
    assert {len(column) for column in long.values()} == {trial.statistics().n_observations}
    last = (long["id"][-1] - 1, int(long["visit"][-1]) - 1)
    assert long["y"][-1] == trial.outcomes[last]


def test_the_compared_effect_is_one_of_the_model() -> None:
    assert EFFECT in fit(simulate(100).statistics(), UNSTRUCTURED).names
