"""Conditional means from cross-products against values put in participant by participant."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.mixed import (
    CovarianceName,
    InputRefused,
    ModelSpec,
    NotEstimable,
    Result,
    Statistics,
    Term,
    fit,
)
from analytics.mixed.diagnostics import Refit, without_each
from analytics.mixed.people import Person
from analytics.mixed.sensitivity import Scenario, Strategy, Targets, completed_estimates, estimates, under
from tests.analytics.mixed import trials

STRATEGIES: tuple[Strategy, ...] = ("mar", "j2r", "cr", "cir")
TARGETS = Targets("BL")
ARM_TERMS = (Term(), Term("age"), Term(arm=True), Term(by="visit"), Term(by="visit", arm=True))

Matrix = Any


def one_arm(seed: int = 31, covariance: CovarianceName = "un") -> tuple[Statistics, Result, list[Person]]:
    persons = trials.one_arm(seed)
    whole = trials.statistics(persons)
    return whole, fit(whole, ModelSpec(covariance=covariance, times=(0, 7, 14, 84))), persons


def two_arms(
    seed: int = 32, covariance: CovarianceName = "un", *, by_arm: bool = False
) -> tuple[Statistics, Result, list[Person]]:
    persons = trials.two_arms(seed)
    whole = trials.statistics(persons, arms=trials.ARMS, columns=[trials.AGE])
    spec = ModelSpec(terms=ARM_TERMS, covariance=covariance, covariance_by_arm=by_arm, times=(0, 7, 14, 84))
    return whole, fit(whole, spec), persons


@pytest.mark.parametrize("covariance", ["un", "ri", "ar1h", "ris", "toeph"])
def test_missing_at_random_gives_the_estimates_of_the_model(covariance: CovarianceName) -> None:
    for _, result, _ in (one_arm(covariance=covariance), two_arms(covariance=covariance)):
        expected = [each.estimate for each in TARGETS.estimates(result)]
        np.testing.assert_allclose(completed_estimates(result, TARGETS, Scenario()), expected, atol=1e-8)


def by_hand(result: Result, persons: Sequence[Person], strategy: Strategy, delta: float) -> Matrix:
    """Each participant's values put in one by one, then generalised least squares of all rows."""
    arms = trials.ARMS if result.arms else ("",)
    size = len(result.names)
    information, score = np.zeros((size, size)), np.zeros(size)
    for person in persons:
        r = len(person.vector) - 4
        arm = arms.index(person.cell.arm) if result.arms else 0
        u = np.array([1.0, *map(float, person.vector[:r])])  # type: ignore[arg-type]
        sigma = result.sigma[arm if len(result.sigma) > 1 else 0]
        x = np.array([result.design.maps[arm, s] @ u for s in range(4)])
        own = x @ result.beta
        if result.arms:
            control = np.array([result.design.maps[0, s] @ u for s in range(4)]) @ result.beta
        else:
            control = np.full(4, own[0])
        y = [None if value is None else trials.number(value) for value in person.vector[r:]]
        seen = [s for s in range(4) if y[s] is not None]
        taken = own.copy()
        last = seen[-1]
        for s in range(4):
            if (strategy == "cr" and last < 3) or (strategy == "j2r" and s > last):
                taken[s] = control[s]
            elif strategy == "cir" and s > last:
                taken[s] = own[last] + control[s] - control[last]
        values = np.array([np.nan if value is None else value for value in y])
        gone = [s for s in range(4) if y[s] is None]
        if gone:
            gain = sigma[np.ix_(gone, seen)] @ np.linalg.inv(sigma[np.ix_(seen, seen)])
            values[gone] = taken[gone] + gain @ (values[seen] - taken[seen])
        for s in gone:
            if s > last and not (result.arms and arm == 0):
                values[s] += delta
        weight = np.linalg.inv(sigma)
        information += x.T @ weight @ x
        score += x.T @ weight @ values
    return np.linalg.solve(information, score)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("delta", [0.0, 1.5])
@pytest.mark.parametrize("kind", ["one arm", "two arms", "a covariance for each arm"])
def test_every_scenario_is_that_of_values_put_in_by_hand(kind: str, strategy: Strategy, delta: float) -> None:
    _, result, persons = one_arm() if kind == "one arm" else two_arms(by_arm=kind != "two arms")
    beta = by_hand(result, persons, strategy, delta)
    expected = TARGETS.rows(result) @ beta
    ours = completed_estimates(result, TARGETS, Scenario(strategy, delta))
    np.testing.assert_allclose(ours, expected, atol=1e-8)


def test_the_rows_of_the_targets_give_the_estimates_of_the_model() -> None:
    for _, result, _ in (one_arm(), two_arms()):
        expected = [each.estimate for each in TARGETS.estimates(result)]
        np.testing.assert_allclose(TARGETS.rows(result) @ result.beta, expected, atol=1e-9)


def test_a_delta_moves_a_change_by_the_share_of_those_that_are_gone() -> None:
    whole, result, persons = one_arm()
    moved = completed_estimates(result, TARGETS, Scenario("mar", 2.0))
    still = completed_estimates(result, TARGETS, Scenario("mar", 0.0))
    n = whole.n_participants
    for place, visit in enumerate((1, 2, 3)):
        gone = sum(all(value is None for value in person.vector[visit:]) for person in persons)
        assert moved[place] - still[place] == pytest.approx(2.0 * gone / n, abs=1e-9)


def test_standard_errors_are_those_of_the_jackknife() -> None:
    whole, result, persons = one_arm()
    refits = list(without_each(whole, result, persons))
    found = estimates(result, TARGETS, under(result, refits, TARGETS, Scenario("j2r")))
    left = []
    for number in range(len(persons)):
        own = [*persons[:number], *persons[number + 1 :]]
        fitted = fit(trials.statistics(own), replace(result.spec, fallbacks=()))
        left.append(TARGETS.rows(fitted) @ by_hand(fitted, own, "j2r", 0.0))
    n = len(left)
    spread = np.sqrt((n - 1) / n * ((np.array(left) - np.mean(left, axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose([each.se for each in found], spread, rtol=1e-7)
    declared = result.changes("BL")
    assert [each.df for each in found] == [each.df for each in declared]
    assert [each.label for each in found] == [each.label for each in declared]


def test_with_complete_data_nothing_is_put_in() -> None:
    persons = [person for person in trials.one_arm(33, 40) if None not in person.vector]
    result = fit(trials.statistics(persons), ModelSpec())
    expected = [each.estimate for each in result.changes("BL")]
    for strategy in STRATEGIES:
        ours = completed_estimates(result, TARGETS, Scenario(strategy, 5.0))
        np.testing.assert_allclose(ours, expected, atol=1e-9)


def test_what_cannot_be_is_refused() -> None:
    _, result, _ = one_arm()
    with pytest.raises(InputRefused, match="strategy must be one of"):
        Scenario("jump")  # type: ignore[arg-type]
    with pytest.raises(InputRefused, match="no visit 'W3'"):
        completed_estimates(result, Targets("W3"), Scenario())
    _, of_arms, _ = two_arms()
    with pytest.raises(InputRefused, match="no arm 'placebo'"):
        completed_estimates(of_arms, Targets("BL", "placebo"), Scenario())
    with pytest.raises(NotEstimable, match="no standard error"):
        under(result, [Refit("A", None, "too few")], TARGETS, Scenario())
