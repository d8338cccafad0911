"""Simulated power against what is known without simulation."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from analytics.mixed import InputRefused
from analytics.mixed.planning import Plan, simulate
from analytics.mixed.planning.assumption import known

TRIALS = 1500
ONCE = Plan(("BL", "W12"), Decimal("0.01"))
REPEATED = Plan(("BL", "W1", "W12"), Decimal("0.01"))


def ancova_power(participants: int, effect: float, sigma: float, rho: float, alpha: float = 0.05) -> float:
    """Of the exact t test of two equal arms, averaged over the imbalance of a normal baseline, which has an F
    distribution; see Shieh (2020).
    """
    n, df = participants, participants - 3
    residual = sigma**2 * (1 - rho**2)
    critical = stats.t.ppf(1 - alpha / 2, df)
    imbalance = stats.f(1, n - 2).ppf((np.arange(400) + 0.5) / 400) / (n - 2)
    centre = effect / np.sqrt(residual * 4 / n * (1 + imbalance))
    upper = stats.nct.sf(critical, df, centre)
    return float(np.mean(upper + stats.nct.cdf(-critical, df, centre)))


@pytest.mark.parametrize(("participants", "effect", "rho"), [(40, 1.2, 0.5), (64, -1.0, 0.3), (20, 0.0, 0.6)])
def test_one_follow_up_has_the_power_of_analysis_of_covariance(
    participants: int, effect: float, rho: float
) -> None:
    sigma = 2.0
    covariance = sigma**2 * np.array([[1, rho], [rho, 1]])
    found = simulate(
        ONCE,
        known([6.5, 4.5], covariance, [1, 1], effect),
        participants,
        TRIALS,
        np.random.default_rng(71 + participants),
    )
    power = ancova_power(participants, effect, sigma, rho)
    assert found.failed == 0
    assert found.found / TRIALS == pytest.approx(power, abs=3.5 * np.sqrt(power * (1 - power) / TRIALS))


def test_with_repeated_visits_and_dropout_the_size_of_the_test_is_kept() -> None:
    covariance = np.array([[4.0, 2, 2], [2, 4, 2], [2, 2, 4]])
    assumption = known([6.5, 5, 4.5], covariance, [1, 0.9, 0.8], 0.0)
    found = simulate(REPEATED, assumption, 40, TRIALS, np.random.default_rng(72))
    assert found.found / TRIALS == pytest.approx(0.05, abs=3.5 * np.sqrt(0.05 * 0.95 / TRIALS))


def test_dropout_costs_power_and_more_participants_bring_it() -> None:
    covariance = np.array([[4.0, 2, 2], [2, 4, 2], [2, 2, 4]])
    all_stay = known([6.5, 5, 4.5], covariance, [1, 1, 1], -1.0)
    some_go = replace(all_stay, stays=np.array([1.0, 0.7, 0.5]))

    def power(assumption: object, participants: int) -> int:
        return simulate(REPEATED, assumption, participants, 300, np.random.default_rng(73)).found  # type: ignore[arg-type]

    assert power(all_stay, 60) > power(some_go, 60) + 20
    assert power(all_stay, 120) > power(all_stay, 60) + 20


def test_the_same_generator_gives_the_same_tally() -> None:
    assumption = known([6.5, 4.5], 4 * np.eye(2), [1, 0.9], -1.0)
    one, two = (simulate(ONCE, assumption, 30, 50, np.random.default_rng(74)) for _ in range(2))
    assert one == two


def test_values_are_rounded_as_they_are_recorded() -> None:
    """Whole points on a narrow scale: the rounding adds a twelfth to the variance."""
    fine = simulate(ONCE, known([5, 5], np.eye(2), [1, 1], 0.5), 40, 600, np.random.default_rng(75))
    coarse = simulate(
        replace(ONCE, precision=Decimal(4)),
        known([5, 5], np.eye(2), [1, 1], 0.5),
        40,
        600,
        np.random.default_rng(75),
    )
    assert coarse.found < fine.found - 20


def test_what_cannot_be_simulated_is_refused() -> None:
    assumption = known([6.5, 4.5], np.eye(2), [1, 1], 1.0)
    for participants in (41, 2):
        with pytest.raises(InputRefused, match="even number of at least 4"):
            simulate(ONCE, assumption, participants, 1, np.random.default_rng(1))
    with pytest.raises(InputRefused, match="at least one visit after"):
        Plan(("BL",), Decimal(1))
    with pytest.raises(InputRefused, match="between 0 and 1"):
        Plan(("BL", "W1"), Decimal(1), alpha=5)


def test_a_trial_that_nobody_finishes_is_not_found() -> None:
    tally = simulate(ONCE, known([6, 4], np.eye(2), [1, 0.02], -5.0), 8, 40, np.random.default_rng(76))
    assert tally.failed > 0
    assert tally.found + tally.failed <= tally.trials
