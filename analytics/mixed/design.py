"""From terms to the data-free map D: the design row of arm a at visit s is D[a, s] u, with columns u."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.encoding import Shape
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import INTERCEPT, Term


class MeanStructure(Hashable, Protocol):
    """What a declaration says of the means, whatever the distribution about them."""

    @property
    def terms(self) -> tuple[Term, ...]: ...
    @property
    def times(self) -> tuple[float, ...]: ...
    @property
    def time_name(self) -> str: ...
    @property
    def arm_name(self) -> str: ...
    @property
    def by_arm(self) -> bool: ...


@dataclass(frozen=True, eq=False)
class Design:
    """`maps` has shape (arms, visits, coefficients, 1 + subject columns), `names` the coefficients.

    A model without arms has one unnamed arm.
    """

    names: tuple[str, ...]
    maps: Floats


def design(spec: MeanStructure, shape: Shape) -> Design:
    """Refuses a term in a column or in arms that the data do not hold, and a slope without times.

    It depends on no value, so one object serves all data of a shape.
    """
    return _design(spec, tuple(column.name for column in shape.columns), shape.visits, shape.arms)


@lru_cache(maxsize=32)
def _design(
    spec: MeanStructure, columns: tuple[str, ...], visits: tuple[str, ...], arms: tuple[str, ...]
) -> Design:
    positions = {name: position for position, name in enumerate((INTERCEPT, *columns))}
    _check(spec, positions, visits, arms)
    named = arms or ("",)
    names: list[str] = []
    maps: list[Floats] = []
    for term in spec.terms:
        for visit_label, of_visit in _functions_of_visit(term, spec, visits):
            for arm_label, of_arm in _functions_of_arm(term, spec, named):
                coefficient = np.zeros((len(named), len(visits), len(positions)))
                coefficient[:, :, positions[term.column]] = np.outer(of_arm, of_visit)
                names.append(_name(term.column, arm_label, visit_label))
                maps.append(coefficient)
    return Design(tuple(names), frozen(np.stack(maps, axis=2)))


def _functions_of_visit(term: Term, spec: MeanStructure, visits: tuple[str, ...]) -> list[tuple[str, Floats]]:
    """Each function of visit that the term brings, with its label."""
    if term.by == "constant":
        return [("", np.ones(len(visits)))]
    if term.by == "time":
        return [(spec.time_name, np.array(spec.times, dtype=np.float64))]
    first = 1 if Term(term.column, arm=term.arm) in spec.terms else 0
    identity = np.eye(len(visits))
    return [(f"visit{visits[s]}", identity[s]) for s in range(first, len(visits))]


def _functions_of_arm(term: Term, spec: MeanStructure, arms: tuple[str, ...]) -> list[tuple[str, Floats]]:
    if not term.arm:
        return [("", np.ones(len(arms)))]
    first = 1 if Term(term.column, by=term.by) in spec.terms else 0
    identity = np.eye(len(arms))
    return [(f"{spec.arm_name}{arms[a]}", identity[a]) for a in range(first, len(arms))]


def _name(column: str, *labels: str) -> str:
    parts = [part for part in ("" if column == INTERCEPT else column, *labels) if part]
    return ":".join(parts) or "(Intercept)"


def _check(
    spec: MeanStructure, positions: dict[str, int], visits: tuple[str, ...], arms: tuple[str, ...]
) -> None:
    for term in spec.terms:
        if term.column not in positions:
            known = ", ".join(name for name in positions if name != INTERCEPT) or "none"
            raise InputRefused(f"The model names the column {term.column!r}; the statistics hold: {known}.")
    if spec.by_arm and not arms:
        raise InputRefused("The model names arms, but the statistics hold none.")
    if any(term.by == "time" for term in spec.terms) and len(spec.times) != len(visits):
        raise InputRefused(f"A term in time needs one nominal time for each of the {len(visits)} visits.")
