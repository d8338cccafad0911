import numpy as np
import pytest

from analytics.mixed import ModelSpec, Term, fit
from analytics.mixed.diagnostics import determination
from analytics.mixed.people import Person
from tests.analytics.mixed import trials


def test_condition_numbers_are_those_of_the_scaled_matrices() -> None:
    result = fit(trials.statistics(trials.one_arm(21)), ModelSpec())
    found = determination(result)
    for value, matrix in ((found.effects, result.vcov), (found.covariance, result.sigma[0])):
        size = np.sqrt(np.diag(matrix))
        assert value == pytest.approx(np.linalg.cond(matrix / np.outer(size, size)), rel=1e-8)
    assert found.parameters > 1
    assert not found.is_poor


def test_a_covariate_that_hardly_differs_from_a_constant_shows() -> None:
    persons = trials.two_arms(22)
    near = [
        person._replace(vector=(10**7 + int(trials.number(person.vector[0])), *person.vector[1:]))
        for person in persons
    ]
    terms = (Term(), Term(by="visit"), Term("age"))
    results = [
        fit(trials.statistics(each, arms=trials.ARMS, columns=[trials.AGE]), ModelSpec(terms=terms))
        for each in (persons, near)
    ]
    plain, shifted = (determination(result) for result in results)
    assert shifted.effects > 1e8 > plain.effects
    assert shifted.is_poor


def test_a_variance_at_its_bound_is_named_and_not_among_the_free() -> None:
    """Who begins high ends low, so participants differ less than chance would have it."""
    persons = [Person(f"P{n}", vector) for n, vector in enumerate([(5, 7), (7, 5), (4, 8), (8, 5), (6, 6)])]
    whole = trials.statistics(persons, visits=("BL", "W1"))
    found = determination(fit(whole, ModelSpec(covariance="ri")))
    assert found.at_boundary
    assert found.parameters == 1.0
