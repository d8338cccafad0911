"""Cholesky residuals against the normalised ones of nlme's gls, on data that neither has seen before."""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analytics.mixed import CovarianceName, ModelSpec, Term, fit
from analytics.mixed.diagnostics import Residual, residuals
from analytics.mixed.people import Person
from tests.analytics.mixed import trials
from tests.oracles.rscript import Json, answer

WEEKS = ("0", "1", "2", "12")
TERMS = (Term(), Term("age"), Term(by="visit"))


@pytest.fixture(scope="session")
def persons(seed: int) -> list[Person]:
    """Dropout and gaps; R reads the rows in this order."""
    return [person for person in trials.two_arms(seed, 80) if person.vector[1] is not None]


@pytest.fixture(scope="session")
def r(persons: list[Person], tmp_path_factory: pytest.TempPathFactory) -> Json:
    path: Path = tmp_path_factory.mktemp("oracles") / "residuals.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "age", "visit", "pain"])
        for person in persons:
            age, *values = person.vector
            for week, value in zip(WEEKS, values, strict=True):
                if value is not None:
                    writer.writerow([person.code, age, week, value])
    return answer("residuals.R", path)


def ours(persons: list[Person], covariance: CovarianceName) -> tuple[float, tuple[Residual, ...]]:
    pooled = [Person(person.code, person.vector) for person in persons]
    whole = trials.statistics(pooled, columns=[trials.AGE], visits=WEEKS)
    result = fit(whole, ModelSpec(terms=TERMS, covariance=covariance))
    return result.log_likelihood, residuals(result, trials.people(whole, pooled))


@pytest.mark.parametrize("covariance", ["un", "ar1", "ar1h"])
def test_cholesky_residuals_are_the_normalised_ones(
    covariance: CovarianceName, persons: list[Person], r: Json
) -> None:
    theirs = r[covariance]
    if "error" in theirs:
        pytest.skip(f"gls failed: {theirs['error']}")
    log_likelihood, found = ours(persons, covariance)
    assert abs(log_likelihood - theirs["loglik"]) < 1e-6
    np.testing.assert_allclose([each.cholesky for each in found], theirs["residuals"], atol=5e-4)


def test_another_root_of_the_same_covariance_has_the_same_length(persons: list[Person], r: Json) -> None:
    """For compound symmetry gls takes a root that is not Cholesky's: only the lengths are equal."""
    _, found = ours(persons, "cs")
    codes = [each.participant for each in found]
    ends = np.flatnonzero([one != other for one, other in pairwise(codes)]) + 1
    squares = (np.square([each.cholesky for each in found]), np.square(r["cs"]["residuals"]))
    own, theirs = (np.array([part.sum() for part in np.split(each, ends)]) for each in squares)
    np.testing.assert_allclose(own, theirs, rtol=1e-4, atol=1e-4)
