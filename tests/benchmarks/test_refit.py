import numpy as np
import pytest

from benchmarks import refit
from benchmarks.two_arms import simulate


def test_planned_changes_leave_every_participant_a_value() -> None:
    trial = simulate(60)
    changes = 0
    for row, visit, value in refit.planned_changes(trial, 500):
        trial.outcomes[row, visit] = value
        changes += 1
    assert changes == 500
    assert not np.isnan(trial.outcomes).all(axis=1).any()


def test_the_statistics_after_changes_equal_a_rebuild(capsys: pytest.CaptureFixture[str]) -> None:
    refit.after_a_change(simulate(200), 5)
    assert (
        "After 5 changes the bytes of the statistics equal those of a full rebuild" in capsys.readouterr().out
    )


def test_a_spread_is_in_milliseconds() -> None:
    assert refit.spread([0.001, 0.002, 0.003]) == "median 2.00 ms, p95 2.90 ms, n = 3"
