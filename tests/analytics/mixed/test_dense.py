"""The dense oracle itself, against the reference results."""

import csv
from functools import cache

import numpy as np
import pytest

from tests.analytics.mixed import dense
from tests.analytics.mixed.reference import FOLDER, golden, relative

CONVENTIONS = {
    "kr_observed": (False, True),
    "kr_observed_linear": (False, False),
    "kr_expected": (True, True),
    "kr_expected_linear": (True, False),
}
PILOT = ("ri", "cs", "un", "un_ml", "csh", "ar1", "ar1h", "toep", "toeph", "adh", "ri_agesex")
CASES = [*(f"pilot26_nrs_{name}" for name in PILOT), "orthodont_ris"]


def treated(values: list[str]) -> tuple[list[str], dense.Matrix]:
    """Levels in the order of appearance and their dummies, without the first."""
    levels = list(dict.fromkeys(values))
    return levels, np.array([[float(value == level) for level in levels[1:]] for value in values])


@cache
def rows_of(case: str) -> dense.Rows:
    expected = golden(case)
    names = ("Subject", "age") if expected["dataset"] == "orthodont.csv" else ("id", "week")
    with (FOLDER / expected["dataset"]).open(newline="", encoding="utf-8") as file:
        records = [record for record in csv.DictReader(file) if record[expected["outcome"]]]
    people, visits = ([record[name] for record in records] for name in names)
    levels, dummies = treated(visits)
    design = np.column_stack([np.ones(len(records)), dummies])
    if "Sex" in records[0]:
        male = np.array([float(record["Sex"] == "Male") for record in records])
        age = np.array(visits, dtype=float)
        design = np.column_stack([np.ones(len(records)), male, age, male * age])
    if expected["fixed"] == "~ visit + age + sex":
        age = np.array([float(record["age"]) for record in records])
        design = np.column_stack([design, age, [float(record["sex"] == "M") for record in records]])
    zeros = np.zeros(len(records), dtype=int)
    return dense.Rows(
        design=design,
        outcome=np.array([float(record[expected["outcome"]]) for record in records]),
        visit=np.array([levels.index(visit) for visit in visits]),
        participant=np.unique(people, return_inverse=True)[1],
        arm=zeros,
        site=zeros,
    )


@cache
def reference_fit(case: str) -> dense.Fit:
    expected = golden(case)
    times = [float(visit) for visit in expected["visits"]]
    rows = rows_of(case)
    name = expected["covariance"]
    model = dense.Model(rows, dense.structures(len(times), times)[name], reml=expected["method"] == "REML")
    return dense.fit(model, dense.scaled_start(name, len(times), times, float(np.var(rows.outcome))))


@pytest.mark.parametrize("case", CASES)
def test_dense_estimates_are_those_of_the_reference(case: str) -> None:
    fit, oracle = reference_fit(case), golden(case)["oracle"]
    assert np.max(np.abs(fit.gradient)) < 1e-7
    assert relative(fit.log_likelihood, oracle["logLik"]) < 1e-12
    assert relative(fit.theta, list(oracle["theta"].values())) < 1e-7
    assert relative(fit.beta, oracle["beta"]) < 1e-9
    assert relative(fit.vcov, oracle["vcov"]) < 1e-7


@pytest.mark.parametrize("case", CASES)
def test_dense_degrees_of_freedom_and_adjustments_are_those_of_the_reference(case: str) -> None:
    fit, oracle = reference_fit(case), golden(case)["oracle"]
    identity = np.eye(len(fit.beta))
    df = [fit.satterthwaite(row) for row in identity]
    assert relative(df, oracle["coefficients"]["satterthwaite"]["df"]) < 1e-6
    if not fit.model.reml:
        return
    for name, (expected, second_order) in CONVENTIONS.items():
        adjusted = fit.adjusted_vcov(expected=expected, second_order=second_order)
        assert relative(np.sqrt(adjusted.diagonal()), oracle["coefficients"][name]["se"]) < 1e-8
        df = [fit.satterthwaite(row, expected=expected) for row in identity]
        assert relative(df, oracle["coefficients"][name]["df"]) < 1e-6


@pytest.mark.parametrize("case", ["pilot26_nrs_ri"])
def test_dense_f_tests_are_those_of_lmertest_and_pbkrtest(case: str) -> None:
    fit, lme4 = reference_fit(case), golden(case)["engines"]["lme4"]
    visits = np.eye(4)[1:]
    statistic, df, p = fit.satterthwaite_f(visits)
    satterthwaite, kenward_roger = lme4["anova_satterthwaite"], lme4["anova_kr"]
    assert relative([statistic, df], [satterthwaite["F"], satterthwaite["ddf"]]) < 2e-5
    assert relative(p, satterthwaite["p"]) < 1e-3
    statistic, df, p = fit.kenward_roger_f(visits, expected=True, second_order=False)
    assert relative([statistic, df], [kenward_roger["F"], kenward_roger["ddf"]]) < 1e-6
    assert relative(p, kenward_roger["p"]) < 1e-4


def test_dense_gradient_is_the_derivative_of_its_likelihood() -> None:
    model = reference_fit("pilot26_nrs_toeph").model
    theta = reference_fit("pilot26_nrs_toeph").theta * 0.95
    slopes = dense.difference(lambda at: np.array(model.minus_twice_log_likelihood(at)), theta)
    assert relative(model.gradient(theta), slopes) < 1e-7
