"""Whoever is awaited has not dropped out: no scenario says anything else of them than the model does."""

from collections.abc import Sequence

import numpy as np
import pytest

from analytics.mixed import AWAITED, ModelSpec, Result, fit
from analytics.mixed.people import Person
from analytics.mixed.sensitivity import Scenario, Strategy, Targets, compare, completed_estimates, impute
from analytics.mixed.simulation import redrawn
from tests.analytics.mixed import trials

SPEC = ModelSpec(fallbacks=("cs",))
TARGETS = Targets("BL")
STRATEGIES: tuple[Strategy, ...] = ("mar", "j2r", "cr", "cir")


def last_of(person: Person) -> int:
    return max(place for place, value in enumerate(person.vector) if value is not None)


def awaited(person: Person) -> Person:
    seen = last_of(person) + 1
    return person._replace(vector=(*person.vector[:seen], *(AWAITED,) * (len(person.vector) - seen)))


def fitted(persons: Sequence[Person]) -> Result:
    return fit(trials.statistics(persons), SPEC)


@pytest.fixture(scope="module")
def persons() -> list[Person]:
    """Some drop out; nobody misses a visit before."""
    found = trials.one_arm(131, 40, missing=0.0)
    last = np.random.default_rng(134).integers(0, 7, len(found)).clip(max=3)
    return [
        each._replace(
            vector=tuple(value if place <= end else None for place, value in enumerate(each.vector))
        )
        for each, end in zip(found, last, strict=True)
    ]


def test_the_model_is_that_of_missing_values(persons: list[Person]) -> None:
    one, other = fitted(persons), fitted([awaited(each) for each in persons])
    for a, b in zip(one.changes(), other.changes(), strict=True):
        assert (a.estimate, a.se, a.df) == pytest.approx((b.estimate, b.se, b.df), rel=1e-9)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_trial_in_which_all_are_awaited_knows_no_dropout(persons: list[Person], strategy: Strategy) -> None:
    result = fitted([awaited(each) for each in persons])
    found = completed_estimates(result, TARGETS, Scenario(strategy, 5.0))
    assert found == pytest.approx([each.estimate for each in result.changes("BL")])


def test_delta_moves_a_mean_by_the_share_of_those_who_dropped_out(persons: list[Person]) -> None:
    mixed = [awaited(each) if number % 2 else each for number, each in enumerate(persons)]
    result = fitted(mixed)
    moved = completed_estimates(result, TARGETS, Scenario("mar", 1.0))
    still = completed_estimates(result, TARGETS, Scenario("mar", 0.0))
    gone = [sum(last_of(each) < place for each in persons[::2]) for place in (1, 2, 3)]
    assert moved - still == pytest.approx(np.array(gone) / len(persons))
    assert gone[-1] > 0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_values_that_are_drawn_follow_the_model_too(persons: list[Person], strategy: Strategy) -> None:
    ahead = [awaited(each) for each in persons]
    result = fitted(ahead)
    people = trials.people(result.statistics, ahead)
    rng = np.random.default_rng(132)
    draws = [redrawn(result, people, rng) for _ in range(3)]

    def imputed(scenario: Scenario) -> list[float]:
        found = impute(result, people, draws, TARGETS, scenario, np.random.default_rng(133))
        return [each.estimate for each in found.estimates]

    assert imputed(Scenario(strategy, 5.0)) == imputed(Scenario())


def test_nothing_is_carried_forward_to_a_visit_that_is_awaited(persons: list[Person]) -> None:
    ahead = [awaited(each) for each in persons]
    result = fitted(ahead)
    found = compare(result, trials.people(result.statistics, ahead), "locf")
    for a, b in zip(found.changes(), result.changes(), strict=True):
        assert (a.estimate, a.se) == pytest.approx((b.estimate, b.se))
    carried = compare(result, trials.people(trials.statistics(persons), persons), "locf")
    assert carried.n_observations == 4 * len(persons) > found.n_observations


def test_where_nobody_dropped_out_all_strategies_agree() -> None:
    rng = np.random.default_rng(135)
    gaps = [
        each._replace(
            vector=(
                each.vector[0],
                *(v if rng.random() > 0.3 else None for v in each.vector[1:3]),
                each.vector[3],
            )
        )
        for each in trials.one_arm(136, 40, missing=0.0)
    ]
    result = fitted(gaps)
    declared = [each.estimate for each in result.changes("BL")]
    for strategy in STRATEGIES:
        assert completed_estimates(result, TARGETS, Scenario(strategy, 5.0)) == pytest.approx(declared)
