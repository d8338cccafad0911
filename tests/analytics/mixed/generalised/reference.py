"""The generalised reference results of tests/reference, and their data as responses."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from analytics.mixed import Cell, Term
from analytics.mixed.generalised import (
    FamilyName,
    GeneralisedResult,
    GeneralisedSpec,
    Responses,
    fit_generalised,
)
from tests.analytics.mixed.reference import PILOT, golden, people, vector

ONE_ARM = (Term(), Term(by="visit"))
TWO_ARMS = (Term(), Term(arm=True), Term(by="visit"), Term(arm=True, by="visit"))
CASES = ("pilot26_glmm", "glmm80")
WEEKS = ("0", "1", "2", "12")


def responses(case: str, outcome: str, weeks: Sequence[str] = WEEKS) -> Responses:
    records = people(golden(case)["dataset"], PILOT)
    arms = ("control", "active") if case == "glmm80" else ()
    return Responses.build(
        visits=weeks,
        precision=Decimal(1),
        vectors=[vector(own, outcome, tuple(weeks), PILOT) for own in records],
        arms=arms,
        cells=[Cell(next(iter(own.values()))["arm"]) for own in records] if arms else None,
    )


@cache
def fitted(case: str, family: FamilyName, nodes: int) -> GeneralisedResult:
    terms = TWO_ARMS if case == "glmm80" else ONE_ARM
    outcome = "odi" if family == "gamma" else "nrs"
    return fit_generalised(responses(case, outcome), GeneralisedSpec(family, nodes=nodes, terms=terms))


def expected(case: str, *path: str) -> Any:
    found = golden(case)
    for key in path:
        found = found[key]
    return found
