"""Residuals against one dense covariance matrix of all values, which shares no code with them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from analytics.mixed import CovarianceName, InputRefused, ModelSpec, Result, Term, fit
from analytics.mixed.diagnostics import Residual, residuals
from analytics.mixed.people import Person
from tests.analytics.mixed import trials

ARM_TERMS = (Term(), Term("age"), Term(arm=True), Term(by="visit"), Term(by="visit", arm=True))

Matrix = Any


def found(
    covariance: CovarianceName, seed: int = 1, *, by_arm: bool = False
) -> tuple[Result, list[Person], tuple[Residual, ...]]:
    persons = trials.two_arms(seed)
    whole = trials.statistics(persons, arms=trials.ARMS, columns=[trials.AGE])
    spec = ModelSpec(terms=ARM_TERMS, covariance=covariance, covariance_by_arm=by_arm, times=(0, 7, 14, 84))
    result = fit(whole, spec)
    return result, persons, residuals(result, trials.people(whole, persons))


def dense(result: Result, persons: Sequence[Person]) -> tuple[Matrix, Matrix, Matrix]:
    """Design, outcome and covariance of all values."""
    rows, values, blocks = [], [], []
    for person in persons:
        age, *outcomes = person.vector
        arm = trials.ARMS.index(person.cell.arm)
        seen = [place for place, value in enumerate(outcomes) if value is not None]
        dummies = np.eye(4)[seen, 1:]
        own = np.column_stack(
            [np.ones(len(seen)), np.full(len(seen), trials.number(age)), np.full(len(seen), arm), dummies]
        )
        rows.append(np.hstack([own, dummies * arm]))
        values += [trials.number(outcomes[place]) for place in seen]
        blocks.append(result.sigma[arm if len(result.sigma) > 1 else 0][np.ix_(seen, seen)])
    total = sum(len(block) for block in blocks)
    whole, start = np.zeros((total, total)), 0
    for block in blocks:
        whole[start : start + len(block), start : start + len(block)] = block
        start += len(block)
    return np.vstack(rows), np.array(values), whole


@pytest.mark.parametrize("covariance", ["un", "ri", "ar1h", "ris"])
@pytest.mark.parametrize("by_arm", [False, True])
def test_every_standardisation_is_that_of_dense_algebra(covariance: CovarianceName, by_arm: bool) -> None:
    result, persons, ours = found(covariance, by_arm=by_arm)
    x, y, v = dense(result, persons)
    inverse = np.linalg.inv(v)
    phi = np.linalg.inv(x.T @ inverse @ x)
    beta = phi @ x.T @ inverse @ y
    raw = y - x @ beta
    projected = inverse - inverse @ x @ phi @ x.T @ inverse
    np.testing.assert_allclose([each.fitted for each in ours], x @ beta, rtol=1e-8)
    np.testing.assert_allclose([each.value for each in ours], y)
    marginal = raw / np.sqrt(np.diag(v - x @ phi @ x.T))
    np.testing.assert_allclose([each.marginal for each in ours], marginal, atol=1e-7)
    conditional = projected @ y / np.sqrt(np.diag(projected))
    np.testing.assert_allclose([each.conditional for each in ours], conditional, atol=1e-7)
    cholesky = np.linalg.solve(np.linalg.cholesky(v), raw)
    np.testing.assert_allclose([each.cholesky for each in ours], cholesky, atol=1e-7)
    leverage = np.diag(x @ phi @ x.T @ inverse)
    np.testing.assert_allclose([each.leverage for each in ours], leverage, atol=1e-8)
    assert sum(each.leverage for each in ours) == pytest.approx(len(result.names))


def test_with_a_random_intercept_conditional_is_about_the_participants_own_level() -> None:
    """By the predicted intercepts, each divided by its standard deviation in the model."""
    result, persons, ours = found("ri")
    x, y, v = dense(result, persons)
    between, within = result.theta
    inverse = np.linalg.inv(v)
    phi = np.linalg.inv(x.T @ inverse @ x)
    raw = y - x @ result.beta
    groups = np.repeat(np.arange(len(persons)), [sum(u is not None for u in p.vector[1:]) for p in persons])
    same = (groups[:, None] == groups).astype(float)
    own_level = between * same @ inverse @ raw
    spread = within**2 * (inverse - inverse @ x @ phi @ x.T @ inverse)
    expected = (raw - own_level) / np.sqrt(np.diag(spread))
    np.testing.assert_allclose([each.conditional for each in ours], expected, atol=1e-6)


def test_under_the_model_cholesky_residuals_are_independent_and_standard_normal() -> None:
    persons = trials.one_arm(3, 2000, missing=0.1)
    whole = trials.statistics(persons)
    ours = residuals(fit(whole, ModelSpec()), trials.people(whole, persons))
    by_visit = {visit: [each.cholesky for each in ours if each.visit == visit] for visit in trials.VISITS}
    for values in by_visit.values():
        assert abs(np.mean(values)) < 0.05
        assert np.var(values) == pytest.approx(1, abs=0.12)
    first = {each.participant: each.cholesky for each in ours if each.visit == "BL"}
    last = [(first[each.participant], each.cholesky) for each in ours if each.visit == "W12"]
    assert abs(np.corrcoef(np.array(last).T)[0, 1]) < 0.08


def test_a_random_site_is_refused() -> None:
    persons = [
        person._replace(cell=person.cell._replace(site=f"{n % 6}"))
        for n, person in enumerate(trials.one_arm(5, 60))
    ]
    whole = trials.statistics(persons)
    result = fit(whole, ModelSpec(covariance="cs", random_site=True))
    with pytest.raises(InputRefused, match="random site"):
        residuals(result, trials.people(whole, persons))
