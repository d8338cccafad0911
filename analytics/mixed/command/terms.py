"""F tests of whole terms: do all the differences that a term stands for vanish?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.grid import mean_rows
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.result import Result
from analytics.mixed.spec import Term


def tests(result: Result, covariates: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """One for each term of the mean; `covariates` says which subject columns each covariate became.

    Visit and arm are tested on means with equal weights (type III), the slope averaged over the arms, the
    arms of a slope model at time zero, and a covariate on its effects averaged over the visits. Values are
    None where the data are too few for the test.
    """
    terms = [*_covariates(result, covariates), *_visits_and_arms(result)]
    return [_row(result, name, rows) for name, rows in terms if len(rows)]


def _row(result: Result, name: str, rows: Floats) -> dict[str, Any]:
    try:
        found = result.test(rows)
    except NotEstimable:
        return {"term": name, **dict.fromkeys(("f", "numerator_df", "denominator_df", "p"))}
    return {
        "term": name,
        "f": found.statistic,
        "numerator_df": found.numerator,
        "denominator_df": found.denominator,
        "p": found.p,
    }


def _covariates(result: Result, covariates: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Floats]]:
    places = {column.name: place for place, column in enumerate(result.statistics.columns, start=1)}
    for name, columns in covariates.items():
        # the effect of each column at each visit, shape (columns, visits, p)
        effects = np.stack([result.design.maps[:, :, :, places[column]].mean(axis=0) for column in columns])
        yield name, effects.mean(axis=1)
        if Term(columns[0], by="visit") in result.spec.terms:
            yield f"{name}:visit", _flat(effects[:, 1:] - effects[:, :1])


def _visits_and_arms(result: Result) -> Iterator[tuple[str, Floats]]:
    spec = result.spec
    slope = Term(by="time") in spec.terms
    means = mean_rows(result.statistics, result.design, "equal")
    # a slope is one difference, of whichever two visits
    changes = (means[:, -1:] if slope else means[:, 1:]) - means[:, :1]
    over_time = spec.time_name if slope else "visit"
    arms = any(term.arm for term in spec.terms)
    if arms:
        yield spec.arm_name, _at_time_zero(result) if slope else np.diff(means.mean(axis=1), axis=0)
    yield over_time, changes.mean(axis=0)
    if arms:
        yield f"{spec.arm_name}:{over_time}", _flat(changes[1:] - changes[:1])


def _at_time_zero(result: Result) -> Floats:
    """The differences of the arms there: the coefficients of the arms."""
    names = [f"{result.spec.arm_name}{arm}" for arm in result.arms[1:]]
    return np.eye(len(result.names))[[result.names.index(name) for name in names]]


def _flat(rows: Floats) -> Floats:
    return rows.reshape(-1, rows.shape[-1])
