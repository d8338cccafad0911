"""Unstructured: every variance and covariance of the visits is a parameter of its own."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.linear import Linear
from analytics.mixed.covariance.margin import definite
from analytics.mixed.covariance.requirements import (
    REMEDY,
    need_each_variance,
    need_together,
    residual_variances,
)
from analytics.mixed.coverage import Coverage, have
from analytics.mixed.refusals import NotEstimable


class Unstructured(Linear):
    """Parameters are the lower triangle of Sigma, row by row."""

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        rows, columns = np.tril_indices(len(visits))
        self.names = tuple(_name(visits[s], visits[t]) for s, t in zip(rows, columns, strict=True))
        self.lower = np.where(rows == columns, 0.0, -np.inf)
        self._visits, self._rows, self._columns = visits, rows, columns
        numbers = np.arange(len(rows))
        self.parts = np.zeros((len(rows), len(visits), len(visits)))
        self.parts[numbers, rows, columns] = 1.0
        self.parts[numbers, columns, rows] = 1.0
        self.parts.flags.writeable = False

    def start(self, moments: Floats) -> Floats:
        residual_variances(self._visits, moments)
        return np.asarray(definite(moments)[self._rows, self._columns])

    def check(self, coverage: Coverage) -> None:
        need_each_variance(coverage)
        for s, t in zip(self._rows, self._columns, strict=True):
            need_together(coverage, int(t), int(s), "covariance")
        size = len(coverage.visits)
        if coverage.n_participants <= size:
            raise NotEstimable(
                f"{have(coverage.n_participants)} values ({coverage.counts()}); an unstructured covariance "
                f"of {size} visits needs at least {size + 1}. {REMEDY}"
            )


def _name(row: str, column: str) -> str:
    return f"variance {row}" if row == column else f"covariance {column}, {row}"
