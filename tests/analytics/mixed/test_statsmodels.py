"""Against statsmodels' MixedLM, for the models that both have."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest

from analytics.mixed import Cell, Column, ModelSpec, Result, Statistics, Term, fit

mixed_linear_model = pytest.importorskip("statsmodels.regression.mixed_linear_model")

TIMES = (0.0, 1.0, 2.0, 12.0)
VISITS = tuple(str(int(time)) for time in TIMES)
# What its optimiser leaves.
TOLERANCE = 1e-5
LIKELIHOOD_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Case:
    covariance: Literal["ri", "ris"]
    method: Literal["REML", "ML"]

    def __str__(self) -> str:
        return f"{self.covariance}-{self.method}"


CASES = [Case(covariance, method) for covariance in ("ri", "ris") for method in ("REML", "ML")]
TERMS = (Term(), Term("age"), Term(arm=True), Term(by="time"), Term(arm=True, by="time"))


@dataclass(frozen=True)
class Data:
    """Values (participants, visits), NaN where missing."""

    age: npt.NDArray[np.float64]
    arm: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]


@cache
def data() -> Data:
    rng = np.random.default_rng(8)
    size = 60
    arm, age = np.arange(size) % 2, rng.integers(25, 70, size).astype(float)
    own = rng.multivariate_normal([0, 0], [[4.0, 0.1], [0.1, 0.08]], size)
    time = np.array(TIMES)
    mean = 40 + 0.1 * age[:, None] - 0.5 * time - 0.4 * np.outer(arm, time)
    values = mean + own[:, [0]] + own[:, [1]] * time + rng.normal(scale=1.5, size=(size, len(TIMES)))
    values[rng.random(values.shape) < 0.12] = np.nan
    return Data(age, arm, values.round(1))


@cache
def ours(case: Case) -> Result:
    found = data()
    people = zip(found.age, found.values, strict=True)
    statistics = Statistics.build(
        visits=VISITS,
        precision=Decimal("0.1"),
        vectors=[
            (int(age), *(None if np.isnan(v) else Decimal(str(v)) for v in values)) for age, values in people
        ],
        columns=[Column("age")],
        arms=("control", "active"),
        cells=[Cell(("control", "active")[arm]) for arm in found.arm],
    )
    spec = ModelSpec(terms=TERMS, covariance=case.covariance, method=case.method, df_method="z", times=TIMES)
    return fit(statistics, spec)


@cache
def theirs(case: Case) -> Any:
    found = data()
    participant, visit = np.nonzero(~np.isnan(found.values))
    time, arm = np.array(TIMES)[visit], found.arm[participant].astype(float)
    ones = np.ones(len(time))
    model = mixed_linear_model.MixedLM(
        endog=found.values[participant, visit],
        exog=np.column_stack([ones, found.age[participant], arm, time, arm * time]),
        groups=participant,
        exog_re=np.column_stack([ones, time])[:, : 2 if case.covariance == "ris" else 1],
    )
    reml = case.method == "REML"
    near = model.fit(reml=reml, method=["lbfgs"])
    return model.fit(reml=reml, start_params=near.params_object, method=["bfgs"], gtol=1e-6)


def standard_errors(other: Any) -> npt.NDArray[np.float64]:
    """From the information on the coefficients alone; `bse_fe` inverts it together with that on the
    covariance parameters, and what lies between the two is zero only in expectation.
    """
    information = -other.model.hessian(other.params_object)[0]
    p = len(other.fe_params)
    errors: npt.NDArray[np.float64] = np.sqrt(np.linalg.inv(information[:p, :p]).diagonal())
    return errors


def largest(actual: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    return float(np.max(np.abs(np.asarray(actual) / np.asarray(expected) - 1)))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_estimates_and_their_errors_agree_with_statsmodels(case: Case) -> None:
    result, other = ours(case), theirs(case)
    assert result.converged
    assert other.converged
    assert largest(result.beta, other.fe_params) < TOLERANCE
    assert largest(np.sqrt(np.diag(result.vcov)), standard_errors(other)) < TOLERANCE


@pytest.mark.parametrize("case", CASES, ids=str)
def test_covariance_parameters_agree_with_statsmodels(case: Case) -> None:
    other = theirs(case)
    random = np.asarray(other.cov_re)[np.tril_indices(2 if case.covariance == "ris" else 1)]
    assert largest(ours(case).theta, [*random, other.scale]) < TOLERANCE


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_log_likelihood_is_that_of_statsmodels(case: Case) -> None:
    assert largest(ours(case).log_likelihood, theirs(case).llf) < LIKELIHOOD_TOLERANCE
