"""Multiple imputation against an explicit, slow one: other code, participant by participant."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from analytics.mixed import ModelSpec, NotEstimable, Result, Term, fit
from analytics.mixed.estimate import Estimate, Label
from analytics.mixed.people import Person
from analytics.mixed.sensitivity import Scenario, Strategy, Targets, combined, completed_estimates, impute
from analytics.mixed.simulation import redrawn
from tests.analytics.mixed import trials

STRATEGIES: tuple[Strategy, ...] = ("mar", "j2r", "cr", "cir")
TARGETS = Targets("BL")
DRAWS = 200
ARM_TERMS = (Term(), Term(arm=True), Term(by="visit"), Term(by="visit", arm=True))

Matrix = Any


def slow(
    result: Result, persons: Sequence[Person], strategy: Strategy, delta: float, seed: int
) -> tuple[float, float, float]:
    """Estimate, standard error and Monte-Carlo error of the last target: means of the completed changes."""
    rng = np.random.default_rng(seed)
    people = trials.people(trials.statistics(persons, arms=result.arms, visits=result.visits), persons)
    values: list[float] = []
    variances: list[float] = []
    for _ in range(DRAWS):
        drawn = redrawn(result, people, rng)
        means = [drawn.design.maps[a, :, :, 0] @ drawn.beta for a in range(max(1, len(result.arms)))]
        changes: list[list[float]] = [[] for _ in means]
        for person in persons:
            arm = trials.ARMS.index(person.cell.arm) if result.arms else 0
            completed = put_in(rng, person, means, arm, drawn.sigma[0], strategy, delta)
            changes[arm].append(completed[-1] - completed[0])
        values.append(float(np.mean(changes[-1])) - (float(np.mean(changes[0])) if result.arms else 0.0))
        squares = sum(np.var(each) * len(each) for each in changes)
        pooled = squares / sum(len(each) - 1 for each in changes)
        variances.append(float(pooled) * sum(1 / len(each) for each in changes))
    between = np.var(values, ddof=1)
    total = np.mean(variances) + (1 + 1 / DRAWS) * between
    return float(np.mean(values)), float(np.sqrt(total)), float(np.sqrt(between / DRAWS))


def put_in(
    rng: np.random.Generator,
    person: Person,
    means: Sequence[Matrix],
    arm: int,
    sigma: Matrix,
    strategy: Strategy,
    delta: float,
) -> Matrix:
    own = means[arm]
    reference = means[0] if len(means) > 1 else np.full(len(own), own[0])
    y = np.array([np.nan if value is None else trials.number(value) for value in person.vector])
    seen, gone = np.flatnonzero(~np.isnan(y)), np.flatnonzero(np.isnan(y))
    if not len(gone):
        return y
    after = np.arange(len(own)) > seen[-1]
    taken = np.where(after, reference, own) if strategy == "j2r" else own
    if strategy == "cr" and after.any():
        taken = reference
    if strategy == "cir":
        taken = np.where(after, own[seen[-1]] + reference - reference[seen[-1]], own)
    for place in gone:
        # one after the other, each given all values that are there by then
        there = np.flatnonzero(~np.isnan(y))
        gain = np.linalg.solve(sigma[np.ix_(there, there)], sigma[there, place])
        spread = sigma[place, place] - gain @ sigma[there, place]
        y[place] = taken[place] + gain @ (y[there] - taken[there]) + rng.normal() * np.sqrt(spread)
    if len(means) == 1 or arm:
        y[after] += delta
    return y


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("arms", [(), trials.ARMS])
def test_it_agrees_with_the_slow_one_and_with_the_conditional_mean(
    strategy: Strategy, arms: tuple[str, ...]
) -> None:
    visits, delta = ("BL", "W1", "W2"), 0.7
    persons = (
        trials.two_arms(41, 60, visits=visits, missing=0.25, with_age=False)
        if arms
        else trials.one_arm(42, 40, visits=visits, missing=0.25)
    )
    persons = [person for person in persons if person.vector[0] is not None]
    whole = trials.statistics(persons, arms=arms, visits=visits)
    result = fit(whole, ModelSpec(terms=ARM_TERMS if arms else (Term(), Term(by="visit"))))
    people = trials.people(whole, persons)
    rng = np.random.default_rng(43)
    draws = [redrawn(result, people, rng) for _ in range(DRAWS)]
    scenario = Scenario(strategy, delta)
    pooled = impute(result, people, draws, TARGETS, scenario, rng)
    ours = pooled.estimates[-1]
    value, se, error = slow(result, persons, strategy, delta, seed=44)
    assert pooled.imputations == DRAWS
    assert ours.estimate == pytest.approx(value, abs=4 * error * np.sqrt(2))
    assert ours.se == pytest.approx(se, rel=0.08)
    exact = completed_estimates(result, TARGETS, scenario)[-1]
    assert ours.estimate == pytest.approx(exact, abs=4 * error)
    assert 0 < pooled.missing_information[-1] < 1
    assert ours.df < result.n_participants


def test_rubins_rules_on_numbers_that_can_be_checked_by_hand() -> None:
    """Three imputations: mean 2, within 0.25, between 1, so total 0.25 + 4/3."""
    label = Label("change", "W1")
    imputed = [[Estimate(label, value, 0.5, 20.0, 0, 0, 0, 0)] for value in (1.0, 2.0, 3.0)]
    (pooled,) = combined(imputed, 0.95).estimates
    assert pooled.estimate == pytest.approx(2.0)
    assert pooled.se**2 == pytest.approx(0.25 + 4 / 3)
    share = (4 / 3) / (0.25 + 4 / 3)
    of_imputation, observed = 2 / share**2, 21 / 23 * 20 * (1 - share)
    assert pooled.df == pytest.approx(1 / (1 / of_imputation + 1 / observed))


def test_without_any_difference_between_imputations_the_complete_data_decide() -> None:
    imputed = [[Estimate(Label("change", "W1"), 1.0, 0.5, 20.0, 0, 0, 0, 0)] for _ in range(5)]
    (pooled,) = combined(imputed, 0.95).estimates
    assert pooled.se == pytest.approx(0.5)
    assert pooled.df == pytest.approx(21 / 23 * 20)


def test_one_imputation_is_refused() -> None:
    persons = trials.one_arm(45)
    whole = trials.statistics(persons)
    result, people = fit(whole, ModelSpec()), trials.people(whole, persons)
    with pytest.raises(NotEstimable, match="Too few"):
        impute(result, people, [result], TARGETS, Scenario(), np.random.default_rng(1))
