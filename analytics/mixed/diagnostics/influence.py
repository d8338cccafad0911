"""How the estimates change when a participant is left out: by leaving each out and fitting again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.cell import Cell
from analytics.mixed.encoding import Vector
from analytics.mixed.estimate import Estimate
from analytics.mixed.fitting import fit
from analytics.mixed.people import Person
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result
from analytics.mixed.spec import ModelSpec
from analytics.mixed.statistics import Statistics

Estimates = Callable[[Result], Sequence[Estimate]]


class Refit(NamedTuple):
    """The fit without one participant, or the sentence that says why there is none."""

    participant: str
    result: Result | None
    reason: str


@dataclass(frozen=True)
class Influence:
    """`shifts` are the estimates without the participant minus those with, in the order asked for; empty
    where no model could be fitted, and then `reason` says why.

    `cook` is Cook's distance by exact deletion: the squared distance between the coefficients, measured by
    their covariance, divided by their number.
    """

    participant: str
    shifts: tuple[float, ...]
    cook: float | None
    reason: str


def without_each(statistics: Statistics, result: Result, persons: Iterable[Person]) -> Iterator[Refit]:
    """Each participant who has a value is taken out of the statistics, and the covariance that was fitted is
    fitted again. Two with the same values have the same refit.
    """
    spec = replace(result.spec, covariance=result.covariance, fallbacks=())
    known: dict[tuple[Vector, Cell], tuple[Result | None, str]] = {}
    for person in persons:
        if not any(value is not None for value in person.vector[len(statistics.columns) :]):
            continue
        key = (tuple(person.vector), person.cell)
        if key not in known:
            known[key] = _fitted(statistics.remove(*key), spec)
        yield Refit(person.code, *known[key])


def influence(result: Result, refits: Iterable[Refit], of: Estimates) -> tuple[Influence, ...]:
    """Of each participant that was left out, on the estimates that `of` takes from a result."""
    whole = [each.estimate for each in of(result)]
    precision = np.asarray(np.linalg.inv(result.vcov), dtype=np.float64)
    return tuple(_influence(result, precision, whole, refit, of) for refit in refits)


def _influence(
    result: Result, precision: Floats, whole: list[float], refit: Refit, of: Estimates
) -> Influence:
    if refit.result is None:
        return Influence(refit.participant, (), None, refit.reason)
    moved = refit.result.beta - result.beta
    shifts = tuple(each.estimate - value for each, value in zip(of(refit.result), whole, strict=True))
    return Influence(refit.participant, shifts, float(moved @ precision @ moved) / len(moved), "")


def _fitted(statistics: Statistics, spec: ModelSpec) -> tuple[Result | None, str]:
    try:
        found = fit(statistics, spec)
    except NotEstimable as refusal:
        return None, str(refusal)
    return (found, "") if found.converged else (None, " ".join(found.warnings))
