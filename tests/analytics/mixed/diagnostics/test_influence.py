"""Influence against fits to data that never held the participant."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.mixed import ModelSpec, fit
from analytics.mixed.diagnostics import influence, without_each
from analytics.mixed.people import Person
from tests.analytics.mixed import trials

SPEC = ModelSpec(fallbacks=("cs",))


def test_each_is_that_of_data_without_the_participant() -> None:
    persons = trials.one_arm(11, 26)
    whole = trials.statistics(persons)
    result = fit(whole, SPEC)
    found = influence(result, without_each(whole, result, persons), lambda of: of.changes("BL"))
    assert [each.participant for each in found] == [person.code for person in persons]
    for number, each in enumerate(found):
        left = fit(
            trials.statistics([*persons[:number], *persons[number + 1 :]]), replace(SPEC, fallbacks=())
        )
        moved = [
            b.estimate - a.estimate for a, b in zip(result.changes("BL"), left.changes("BL"), strict=True)
        ]
        np.testing.assert_allclose(each.shifts, moved, atol=1e-10)
        beta = left.beta - result.beta
        assert each.cook == pytest.approx(beta @ np.linalg.solve(result.vcov, beta) / len(beta), rel=1e-8)


def test_the_outlier_moves_the_estimates_most() -> None:
    persons = trials.one_arm(12, 25)
    persons.append(Person("outlier", (6, 12, 12, 15)))
    whole = trials.statistics(persons)
    result = fit(whole, SPEC)
    found = influence(result, without_each(whole, result, persons), lambda of: of.changes("BL"))
    assert max(found, key=lambda each: each.cook or 0).participant == "outlier"
    assert found[-1].shifts[-1] < 0


def test_two_with_the_same_values_have_the_same_influence_and_one_without_values_has_none() -> None:
    persons = [*trials.one_arm(13, 20), Person("twin", (5, 4, 4, 4)), Person("other twin", (5, 4, 4, 4))]
    persons.append(Person("never seen", (None, None, None, None)))
    whole = trials.statistics(persons)
    result = fit(whole, SPEC)
    found = influence(result, without_each(whole, result, persons), lambda of: of.changes())
    assert [each.participant for each in found[-2:]] == ["twin", "other twin"]
    assert found[-1].shifts == found[-2].shifts


def test_where_no_model_can_be_fitted_without_one_the_reason_is_said() -> None:
    """Without one of three, four values are left for two means and three parameters of the covariance."""
    few = [Person("A", (5, 4)), Person("B", (6, 6)), Person("C", (9, 5))]
    whole = trials.statistics(few, visits=("BL", "W1"))
    result = fit(whole, ModelSpec(df_method="residual"))
    found = influence(result, without_each(whole, result, few), lambda of: of.changes())
    assert [each.participant for each in found] == ["A", "B", "C"]
    for each in found:
        assert each.shifts == ()
        assert each.cook is None
        assert "needs at least 3" in each.reason
