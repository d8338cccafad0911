"""From terms to the data-free map D: with subject columns u, the design row at visit s is D[s] u."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import INTERCEPT, ModelSpec, Term


@dataclass(frozen=True)
class Design:
    """`maps` has shape (visits, coefficients, 1 + subject columns); `names` are those of the coefficients."""

    names: tuple[str, ...]
    maps: Floats


def design(spec: ModelSpec, visits: tuple[str, ...], columns: tuple[str, ...]) -> Design:
    """Refuses a term in a column that the statistics do not hold, and terms in time without nominal times."""
    positions = {name: position for position, name in enumerate((INTERCEPT, *columns))}
    _check(spec, visits, positions)
    names: list[str] = []
    maps: list[Floats] = []
    for term in spec.terms:
        for label, values in _functions(term, spec, visits):
            coefficient = np.zeros((len(visits), len(positions)))
            coefficient[:, positions[term.column]] = values
            names.append(_name(term.column, label))
            maps.append(coefficient)
    return Design(tuple(names), np.stack(maps, axis=1))


def _functions(term: Term, spec: ModelSpec, visits: tuple[str, ...]) -> list[tuple[str, Floats]]:
    """Each function of visit that the term brings, with its label."""
    if term.by == "constant":
        return [("", np.ones(len(visits)))]
    if term.by == "time":
        return [(spec.time_name, np.array(spec.times, dtype=np.float64))]
    first = 1 if Term(term.column) in spec.terms else 0
    identity = np.eye(len(visits))
    return [(f"visit{visits[s]}", identity[s]) for s in range(first, len(visits))]


def _name(column: str, label: str) -> str:
    if column == INTERCEPT:
        return label or "(Intercept)"
    return f"{column}:{label}" if label else column


def _check(spec: ModelSpec, visits: tuple[str, ...], positions: dict[str, int]) -> None:
    for term in spec.terms:
        if term.column not in positions:
            known = ", ".join(name for name in positions if name != INTERCEPT) or "none"
            raise InputRefused(f"The model names the column {term.column!r}; the statistics hold: {known}.")
    if any(term.by == "time" for term in spec.terms) and len(spec.times) != len(visits):
        raise InputRefused(f"A term in time needs one nominal time for each of the {len(visits)} visits.")
    if not all(isfinite(time) for time in spec.times):
        raise InputRefused("The nominal times must be finite numbers.")
