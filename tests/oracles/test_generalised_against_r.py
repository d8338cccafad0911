"""Generalised models against R on data that neither has seen before."""

import csv
from decimal import Decimal
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pytest

from analytics.mixed import Cell, Column, Term
from analytics.mixed.arrays import Floats
from analytics.mixed.generalised import (
    FamilyName,
    GeneralisedResult,
    GeneralisedSpec,
    Responses,
    fit_generalised,
    fitting,
)
from analytics.mixed.generalised.fitting import LOG_SHAPE, SD
from analytics.mixed.generalised.likelihood import GeneralisedLikelihood
from tests.oracles.rscript import Json, answer

ARMS = ("control", "active")
VISITS = ("0", "1", "2", "12")
N = 80
# The scale of the logit, by arm and visit.
LOGITS = np.array([[0.7, 0.1, -0.3, -0.7], [0.7, -0.2, -0.8, -1.5]])
TERMS = (Term(), Term("age"), Term(arm=True), Term(by="visit"), Term(arm=True, by="visit"))
AGE = Column("age")
SCORE = Decimal("0.1")

T = TypeVar("T")


class Participant(NamedTuple):
    """`ratings` are binomial, `scores` gamma; None where missing."""

    arm: str
    age: int
    ratings: list[int | None]
    scores: list[Decimal | None]


Trial = list[Participant]


@pytest.fixture(scope="session")
def trial(seed: int) -> Trial:
    """A random intercept in ratings and scores, gaps in both at once, everybody seen at first."""
    rng = np.random.default_rng(seed)
    found: Trial = []
    for number in range(N):
        arm, age, own = number % 2, int(rng.integers(25, 70)), rng.normal()
        logits = LOGITS[arm] + 0.01 * (age - 45) + 0.8 * own
        ratings = rng.binomial(10, 1 / (1 + np.exp(-logits))).tolist()
        means = np.exp(3.4 + 0.3 * (LOGITS[arm] - 0.7) + 0.4 * own)
        scores = [Decimal(f"{max(value, 0.1):.1f}") for value in rng.gamma(8, means / 8)]
        gone = [False, *(rng.random(3) < 0.1).tolist()]
        found.append(Participant(ARMS[arm], age, _gaps(ratings, gone), _gaps(scores, gone)))
    return found


def _gaps(values: list[T], gone: list[bool]) -> list[T | None]:
    return [None if lost else value for value, lost in zip(values, gone, strict=True)]


@pytest.fixture(scope="session")
def r(trial: Trial, tmp_path_factory: pytest.TempPathFactory) -> Json:
    path = tmp_path_factory.mktemp("oracles") / "generalised.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "arm", "age", "visit", "nrs", "score"])
        for number, (arm, age, ratings, scores) in enumerate(trial):
            for visit, rating, score in zip(VISITS, ratings, scores, strict=True):
                if rating is not None:
                    writer.writerow([f"P{number:02}", arm, age, visit, rating, score])
    return answer("generalised.R", path)


def responses(trial: Trial, family: FamilyName) -> Responses:
    scored = family == "gamma"
    return Responses.build(
        visits=VISITS,
        precision=SCORE if scored else Decimal(1),
        vectors=[(own.age, *(own.scores if scored else own.ratings)) for own in trial],
        columns=[AGE],
        arms=ARMS,
        cells=[Cell(own.arm) for own in trial],
    )


def fitted(trial: Trial, family: FamilyName, nodes: int) -> GeneralisedResult:
    result = fit_generalised(responses(trial, family), GeneralisedSpec(family, nodes=nodes, terms=TERMS))
    assert result.converged
    return result


def near(actual: npt.ArrayLike, theirs: npt.ArrayLike) -> float:
    """The largest difference: relative, but absolute for numbers below one."""
    a, e = np.asarray(actual, float), np.asarray(theirs, float)
    assert a.shape == e.shape
    return float(np.max(np.abs(a - e) / np.maximum(np.abs(e), 1.0)))


def newton(trial: Trial, family: FamilyName, nodes: int, estimates: Floats) -> Floats:
    """One step from there by our likelihood."""
    spec = GeneralisedSpec(family, nodes=nodes, terms=TERMS)
    function = GeneralisedLikelihood(fitting.kernel(fitting.prepare(responses(trial, family), spec)), nodes)
    point = function.at(estimates)
    assert point is not None
    return np.asarray(estimates - np.linalg.solve(function.hessian(point), point.gradient))


def test_glmer_agrees(trial: Trial, r: Json) -> None:
    theirs = r["binomial"]
    for nodes, estimates in ((11, theirs["estimates"]), (1, theirs["laplace"])):
        result = fitted(trial, "binomial", nodes)
        assert list(result.names) == [*theirs["names"], SD]
        assert near(result.parameters, estimates) < 1e-3
        # Their search may end early. One step of Newton's from there is ours.
        assert near(newton(trial, "binomial", nodes, np.array(estimates)), result.parameters) < 1e-7
    assert abs(fitted(trial, "binomial", 1).log_likelihood - theirs["loglik_laplace"]) < 1e-6


def test_clmm_agrees(trial: Trial, r: Json) -> None:
    result, theirs = fitted(trial, "cumulative", 10), r["cumulative"]
    estimates = np.array(theirs["estimates"])
    assert list(result.names) == [*theirs["names"], SD]
    assert near(result.parameters, estimates) < 1e-3
    assert -1e-10 < result.log_likelihood - theirs["loglik"] < 1e-6
    assert near(newton(trial, "cumulative", 10, estimates), result.parameters) < 1e-6
    # Their covariance is by the logarithm of the standard deviation, which the delta method turns into ours.
    scale = np.append(np.ones(len(result.names) - 1), result.sd)
    assert near(result.vcov, np.array(theirs["vcov"]) * np.outer(scale, scale)) < 5e-3


def test_glmmtmb_agrees_by_laplace(trial: Trial, r: Json) -> None:
    result, theirs = fitted(trial, "gamma", 1), r["gamma"]
    assert list(result.names) == [*theirs["names"], SD, LOG_SHAPE]
    assert near(result.parameters, theirs["estimates"]) < 1e-4
    assert near(newton(trial, "gamma", 1, np.array(theirs["estimates"])), result.parameters) < 1e-7
    assert abs(result.log_likelihood - theirs["loglik"]) < 1e-6
    assert near(result.vcov[:-2, :-2], theirs["vcov"]) < 1e-5
