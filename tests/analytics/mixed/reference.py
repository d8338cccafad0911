"""The reference results of tests/reference, and their data as statistics."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.mixed import Cell, Column, DfMethod, Information, ModelSpec, Result, Statistics, Term, fit

FOLDER = Path(__file__).parents[2] / "reference"

# The oracle has no diagonal case: gls alone fitted it (see test_oracle.py).
CASES = tuple(
    sorted(path.stem for path in FOLDER.glob("*.json") if "oracle" in json.loads(path.read_text("utf-8")))
)

Record = dict[str, str]
Coding = Callable[[Record], Decimal | int]
Vector = tuple[Decimal | int | None, ...]


@dataclass(frozen=True)
class Layout:
    """How a data set becomes vectors."""

    participant: str
    visit: str
    precision: str
    columns: tuple[tuple[Column, Coding], ...] = ()
    terms: tuple[Term, ...] = (Term(), Term(by="visit"))
    arm: str = ""
    arms: tuple[str, ...] = ()


def dummy(factor: str, level: str) -> tuple[Column, Coding]:
    return Column(factor + level, factor=factor), lambda record: int(record[factor] == level)


PILOT = Layout("id", "week", "1")
SITES = tuple(f"site{number}" for number in range(2, 6))
LAYOUTS = {
    "~ visit": PILOT,
    "~ visit + age + sex": Layout(
        "id",
        "week",
        "1",
        ((Column("age"), lambda record: int(record["age"])), dummy("sex", "M")),
        (*PILOT.terms, Term("age"), Term("sexM")),
    ),
    "~ Days": Layout("Subject", "Days", "0.0001", terms=(Term(), Term(by="time"))),
    "~ Sex * age": Layout(
        "Subject",
        "age",
        "0.5",
        (dummy("Sex", "Male"),),
        (Term(), Term("SexMale"), Term(by="time"), Term("SexMale", by="time")),
    ),
    "~ base + site + arm * visit": Layout(
        "id",
        "week",
        "0.01",
        (
            (Column("base", Decimal("0.01")), lambda record: Decimal(record["base"])),
            *(dummy("site", site) for site in SITES),
        ),
        (
            Term(),
            Term("base"),
            *(Term(f"site{site}") for site in SITES),
            Term(arm=True),
            Term(by="visit"),
            Term(arm=True, by="visit"),
        ),
        "arm",
        ("control", "active"),
    ),
}


@cache
def golden(case: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))
    return content


@cache
def model(case: str) -> tuple[Statistics, ModelSpec]:
    """The statistics of a case, and its model with Satterthwaite's degrees of freedom."""
    expected = golden(case)
    layout = LAYOUTS[expected["fixed"]]
    spec = ModelSpec(
        terms=layout.terms,
        covariance=expected["covariance"],
        method=expected["method"],
        df_method="satterthwaite",
        times=tuple(float(visit) for visit in expected["visits"]),
        time_name=layout.visit,
    )
    records = people(expected["dataset"], layout)
    statistics = Statistics.build(
        visits=expected["visits"],
        precision=Decimal(layout.precision),
        vectors=[vector(own, expected["outcome"], tuple(expected["visits"]), layout) for own in records],
        columns=[column for column, _ in layout.columns],
        arms=layout.arms,
        cells=[Cell(next(iter(own.values())).get(layout.arm, "")) for own in records],
    )
    return statistics, spec


@cache
def fitted(case: str, df_method: DfMethod = "satterthwaite", information: Information = "observed") -> Result:
    statistics, spec = model(case)
    return fit(statistics, replace(spec, df_method=df_method, information=information))


def people(dataset: str, layout: Layout) -> list[dict[str, Record]]:
    """The rows of each participant, by visit."""
    found: dict[str, dict[str, Record]] = {}
    with (FOLDER / dataset).open(newline="", encoding="utf-8") as file:
        for record in csv.DictReader(file):
            found.setdefault(record[layout.participant], {})[record[layout.visit]] = record
    return list(found.values())


def vectors(dataset: str, outcome: str, visits: tuple[str, ...], layout: Layout = PILOT) -> list[Vector]:
    return [vector(own, outcome, visits, layout) for own in people(dataset, layout)]


def vector(records: dict[str, Record], outcome: str, visits: tuple[str, ...], layout: Layout) -> Vector:
    first = next(iter(records.values()))
    values = [records[visit][outcome] if visit in records else "" for visit in visits]
    return (
        *(code(first) for _, code in layout.columns),
        *(Decimal(value) if value not in ("", "NA") else None for value in values),
    )


def relative(actual: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    """The largest difference, relative to the value, or to the largest value where that is far greater."""
    # the reference stores a list of one as a number
    a, e = np.atleast_1d(np.array(actual, np.float64)), np.atleast_1d(np.array(expected, np.float64))
    assert a.shape == e.shape
    return float(np.max(np.abs(a - e) / np.maximum(np.abs(e), 1e-8 * np.abs(e).max())))
