"""The dense oracle against the reference results, and the engine against the dense oracle."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest

from analytics.mixed import (
    Cell,
    Column,
    CovarianceName,
    DfMethod,
    Information,
    ModelSpec,
    Statistics,
    Term,
    fit,
)
from tests.analytics.mixed import dense
from tests.analytics.mixed.reference import FOLDER, golden, relative

CONVENTIONS = {
    "kr_observed": (False, True),
    "kr_observed_linear": (False, False),
    "kr_expected": (True, True),
    "kr_expected_linear": (True, False),
}
# The dense search starts so far from the optimum it is compared with: its own gradient must be zero where it
# ends, which a wrong optimum could not bring about. Less of a covariance or a correlation is always valid.
AWAY = 0.95
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
    return dense.fit(model, AWAY * np.array(list(expected["oracle"]["theta"].values())))


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


# The engine, against the dense oracle.

VISITS = ("0", "2", "4", "12")
TIMES = (0.0, 2.0, 4.0, 12.0)
ARMS = ("placebo", "active")
SITES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Person:
    age: int
    cell: Cell
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Situation:
    """A data set, by its seed, and a model of it."""

    seed: int
    covariance: CovarianceName
    terms: str = "visit*arm"
    method: Literal["REML", "ML"] = "REML"
    by_arm: bool = False
    random_site: bool = False
    at_zero: tuple[int, ...] = ()

    def __str__(self) -> str:
        words = [self.covariance, self.terms, self.method if self.method == "ML" else ""]
        words += ["by-arm" if self.by_arm else "", "random-site" if self.random_site else ""]
        words += ["at-the-boundary" if self.at_zero else ""]
        return "-".join(filter(None, words))

    def spec(self, df_method: DfMethod = "satterthwaite", information: Information = "observed") -> ModelSpec:
        return ModelSpec(
            terms=TERMS[self.terms],
            covariance=self.covariance,
            covariance_by_arm=self.by_arm,
            method=self.method,
            df_method=df_method,
            information=information,
            times=TIMES,
            random_site=self.random_site,
        )


VISIT_BY_ARM = (Term(), Term(arm=True), Term(by="visit"), Term(arm=True, by="visit"))
TERMS = {
    "visit": (Term(), Term(by="visit")),
    "visit*arm": VISIT_BY_ARM,
    "visit*arm+age": (*VISIT_BY_ARM, Term("age")),
    "visit*arm+visit*age": (*VISIT_BY_ARM, Term("age"), Term("age", by="visit")),
    "slope*arm": (Term(), Term(arm=True), Term(by="time"), Term(arm=True, by="time")),
}
SITUATIONS = [
    Situation(1, "un"),
    Situation(2, "un", "visit*arm+visit*age"),
    Situation(3, "un", "slope*arm", "ML"),
    Situation(4, "cs", "visit*arm+age"),
    Situation(5, "csh", "visit"),
    Situation(6, "ri", "slope*arm"),
    Situation(7, "ri", "visit*arm+visit*age", "ML"),
    Situation(8, "ris", "slope*arm"),
    Situation(9, "ar1"),
    Situation(10, "ar1h", "visit*arm+age", "ML"),
    Situation(11, "toep", "visit*arm+age"),
    Situation(12, "toeph"),
    Situation(13, "ad", "slope*arm"),
    Situation(14, "adh", "visit*arm+visit*age"),
    Situation(15, "diag"),
    Situation(16, "ri", by_arm=True),
    Situation(17, "ar1h", "visit*arm+age", by_arm=True),
    Situation(27, "un", "visit*arm", by_arm=True),
    Situation(19, "ri", "visit*arm+age", random_site=True),
    Situation(20, "un", "slope*arm", random_site=True),
    Situation(21, "csh", "visit*arm", "ML", random_site=True),
    Situation(23, "cs", "visit", by_arm=True, random_site=True),
    Situation(22, "cs", "visit", by_arm=True, random_site=True, at_zero=(4,)),
    Situation(24, "ar1h", by_arm=True, random_site=True),
    Situation(25, "toeph", "visit*arm+age", random_site=True),
]


@cache
def people_of(seed: int) -> tuple[Person, ...]:
    """Two arms, four sites, a covariate, gaps and dropout; intercept, slope and noise vary by participant."""
    rng = np.random.default_rng(seed)
    effects = dict(zip(SITES, rng.normal(scale=2.0, size=len(SITES)), strict=True))
    return tuple(_person(rng, effects, number) for number in range(28))


def _person(rng: np.random.Generator, effects: dict[str, float], number: int) -> Person:
    cell, age = Cell(ARMS[number % 2], str(rng.choice(SITES))), int(rng.integers(25, 70))
    start, slope = rng.normal(scale=2.0), rng.normal(scale=0.3)
    mean = 20 + effects[cell.site] + 0.05 * age - 0.3 * np.array(TIMES) * (1 + (cell.arm == "active"))
    noise = rng.normal(scale=[1.0, 1.3, 1.6, 1.2])
    values = mean + start + slope * np.array(TIMES) + noise
    attended = rng.random(len(TIMES)) > 0.1
    attended[rng.integers(2, 10) :] = False
    attended[0] = True
    recorded = (Decimal(round(float(value) * 10)) / 10 for value in values)
    return Person(age, cell, tuple(v if seen else None for v, seen in zip(recorded, attended, strict=True)))


@cache
def statistics_of(seed: int) -> Statistics:
    people = people_of(seed)
    return Statistics.build(
        visits=VISITS,
        precision=Decimal("0.1"),
        vectors=[(person.age, *person.values) for person in people],
        columns=[Column("age")],
        arms=ARMS,
        cells=[person.cell for person in people],
    )


def dense_design(terms: str, person: Person, place: int) -> list[float]:
    """One row, in the order of the declared terms."""
    arm, age = float(person.cell.arm == ARMS[1]), float(person.age)
    visit = [float(place == other) for other in range(1, len(VISITS))]
    by_arm = [1.0, arm, *visit, *(arm * dummy for dummy in visit)]
    return {
        "visit": [1.0, *visit],
        "visit*arm": by_arm,
        "visit*arm+age": [*by_arm, age],
        "visit*arm+visit*age": [*by_arm, age, *(age * dummy for dummy in visit)],
        "slope*arm": [1.0, arm, TIMES[place], arm * TIMES[place]],
    }[terms]


@cache
def dense_of(situation: Situation) -> dense.Fit:
    people = people_of(situation.seed)
    seen = [
        (number, place)
        for number, person in enumerate(people)
        for place, value in enumerate(person.values)
        if value is not None
    ]
    rows = dense.Rows(
        design=np.array([dense_design(situation.terms, people[i], place) for i, place in seen]),
        outcome=np.array([float(people[i].values[place] or 0) for i, place in seen]),
        visit=np.array([place for _, place in seen]),
        participant=np.array([i for i, _ in seen]),
        arm=np.array([ARMS.index(people[i].cell.arm) for i, _ in seen]),
        site=np.array([SITES.index(people[i].cell.site) for i, _ in seen]),
    )
    model = dense.Model(
        rows,
        dense.structures(len(VISITS), TIMES)[situation.covariance],
        reml=situation.method == "REML",
        by_arm=situation.by_arm,
        random_site=situation.random_site,
        held=situation.at_zero,
    )
    near = AWAY * fit(statistics_of(situation.seed), situation.spec()).theta
    near[list(situation.at_zero)] = 0.0
    return dense.fit(model, near)


def differs(actual: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    """The largest difference, relative to the largest number."""
    a, e = np.asarray(actual, float), np.asarray(expected, float)
    assert a.shape == e.shape
    return float(np.max(np.abs(a - e)) / np.max(np.abs(e)))


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_a_fit_on_statistics_is_the_fit_on_raw_data(situation: Situation) -> None:
    result, exact = fit(statistics_of(situation.seed), situation.spec()), dense_of(situation)
    assert result.converged
    assert len(result.at_boundary) == len(situation.at_zero)
    assert np.max(np.abs(exact.gradient)) < 1e-7
    assert differs(result.log_likelihood, exact.log_likelihood) < 1e-11
    assert differs(result.beta, exact.beta) < 1e-8
    assert differs(result.vcov, exact.vcov) < 1e-8
    assert differs(result.theta, exact.theta) < 1e-8


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_satterthwaites_degrees_of_freedom_are_those_of_raw_data(situation: Situation) -> None:
    result, exact = fit(statistics_of(situation.seed), situation.spec()), dense_of(situation)
    identity = np.eye(len(exact.beta))
    expected = [exact.satterthwaite(row) for row in identity]
    assert relative([estimate.df for estimate in result.coefficients()], expected) < 1e-6
    together = identity[1:3]
    found = result.test(together)
    assert relative([found.statistic, found.denominator], exact.satterthwaite_f(together)[:2]) < 1e-6


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(
    "situation", [situation for situation in SITUATIONS if situation.method == "REML"], ids=str
)
def test_kenward_and_rogers_adjustment_is_that_of_raw_data(situation: Situation, convention: str) -> None:
    expected, second_order = CONVENTIONS[convention]
    spec = situation.spec(
        "kenward-roger" if second_order else "kenward-roger-linear", "expected" if expected else "observed"
    )
    result, exact = fit(statistics_of(situation.seed), spec), dense_of(situation)
    adjusted = exact.adjusted_vcov(expected=expected, second_order=second_order)
    assert result.vcov_adjusted is not None
    assert differs(result.vcov_adjusted, adjusted) < 1e-7
    coefficients = result.coefficients()
    identity = np.eye(len(exact.beta))
    assert relative([estimate.se for estimate in coefficients], np.sqrt(adjusted.diagonal())) < 1e-7
    df = [exact.satterthwaite(row, expected=expected) for row in identity]
    assert relative([estimate.df for estimate in coefficients], df) < 1e-6
    together = identity[1:4]
    found = result.test(together)
    statistic, denominator, p = exact.kenward_roger_f(together, expected=expected, second_order=second_order)
    assert relative([found.statistic, found.denominator], [statistic, denominator]) < 1e-6
    assert relative(found.p, p) < 1e-5
