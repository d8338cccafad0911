"""The reference results of tests/reference, and their data as statistics."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.mixed import Column, ModelSpec, Result, Statistics, Term, fit

FOLDER = Path(__file__).parents[2] / "reference"

CASES = (
    "nrs26_ri",
    "nrs26_un",
    "orthodont_ri",
    "orthodont_un",
    "pilot26_nrs_cs",
    "pilot26_nrs_ri",
    "pilot26_nrs_ri_agesex",
    "pilot26_nrs_un",
    "pilot26_nrs_un_ml",
    "pilot26_odi_ri",
    "pilot26_odi_un",
    "pilot26_rom_ri",
    "pilot26_rom_un",
    "sleepstudy_ri",
)

Record = dict[str, str]
Coding = Callable[[Record], int]


@dataclass(frozen=True)
class Layout:
    """How a data set becomes vectors."""

    participant: str
    visit: str
    precision: str
    columns: tuple[tuple[str, Coding], ...] = ()
    terms: tuple[Term, ...] = (Term(), Term(by="visit"))


PILOT = Layout("id", "week", "1")
LAYOUTS = {
    "~ visit": PILOT,
    "~ visit + age + sex": Layout(
        "id",
        "week",
        "1",
        (("age", lambda record: int(record["age"])), ("sexM", lambda record: int(record["sex"] == "M"))),
        (*PILOT.terms, Term("age"), Term("sexM")),
    ),
    "~ Days": Layout("Subject", "Days", "0.0001", terms=(Term(), Term(by="time"))),
    "~ Sex * age": Layout(
        "Subject",
        "age",
        "0.5",
        (("SexMale", lambda record: int(record["Sex"] == "Male")),),
        (Term(), Term("SexMale"), Term(by="time"), Term("SexMale", by="time")),
    ),
}


@cache
def golden(case: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))
    return content


@cache
def model(case: str) -> tuple[Statistics, ModelSpec]:
    expected = golden(case)
    layout = LAYOUTS[expected["fixed"]]
    spec = ModelSpec(
        terms=layout.terms,
        covariance=expected["covariance"],
        method=expected["method"],
        times=tuple(float(visit) for visit in expected["visits"]),
        time_name=layout.visit,
    )
    statistics = Statistics.build(
        visits=expected["visits"],
        precision=Decimal(layout.precision),
        vectors=vectors(expected["dataset"], expected["outcome"], tuple(expected["visits"]), layout),
        columns=[Column(name) for name, _ in layout.columns],
    )
    return statistics, spec


@cache
def fitted(case: str) -> Result:
    return fit(*model(case))


def vectors(
    dataset: str, outcome: str, visits: tuple[str, ...], layout: Layout = PILOT
) -> list[tuple[Decimal | int | None, ...]]:
    with (FOLDER / dataset).open(newline="", encoding="utf-8") as file:
        people: dict[str, dict[str, Record]] = {}
        for record in csv.DictReader(file):
            people.setdefault(record[layout.participant], {})[record[layout.visit]] = record
    return [_vector(records, outcome, visits, layout) for records in people.values()]


def _vector(
    records: dict[str, Record], outcome: str, visits: tuple[str, ...], layout: Layout
) -> tuple[Decimal | int | None, ...]:
    first = next(iter(records.values()))
    values = [records[visit][outcome] if visit in records else "" for visit in visits]
    return (
        *(code(first) for _, code in layout.columns),
        *(Decimal(value) if value else None for value in values),
    )


def relative(actual: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    """The largest relative difference."""
    # the reference stores a list of one as a number
    a, e = np.atleast_1d(np.array(actual, np.float64)), np.atleast_1d(np.array(expected, np.float64))
    assert a.shape == e.shape
    return float(np.max(np.abs(a - e) / np.abs(e)))
