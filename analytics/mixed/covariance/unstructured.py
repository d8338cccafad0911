"""Unstructured: every variance and covariance of the visits is a parameter of its own."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.structure import Structure
from analytics.mixed.coverage import Coverage, have
from analytics.mixed.refusals import NotEstimable

REMEDY = "Wait for more data, leave the visit out, or use a covariance with fewer parameters (cs)."

# A residual variance below this share of the largest is rounding error.
NO_VARIANCE = 1e-13


class Unstructured(Structure):
    """Parameters are the lower triangle of Sigma, row by row."""

    def __init__(self, visits: tuple[str, ...]) -> None:
        rows, columns = np.tril_indices(len(visits))
        self.names = tuple(_name(visits[s], visits[t]) for s, t in zip(rows, columns, strict=True))
        self.lower = np.where(rows == columns, 0.0, -np.inf)
        self._visits, self._rows, self._columns = visits, rows, columns
        numbers = np.arange(len(rows))
        self._parts = np.zeros((len(rows), len(visits), len(visits)))
        self._parts[numbers, rows, columns] = 1.0
        self._parts[numbers, columns, rows] = 1.0

    def sigma(self, theta: Floats) -> Floats:
        return np.tensordot(theta, self._parts, axes=1)

    def derivatives(self, theta: Floats) -> Floats:
        return self._parts

    def start(self, moments: Floats) -> Floats:
        self._check_residuals(np.diag(moments))
        scale = np.sqrt(np.diag(moments))
        values, vectors = np.linalg.eigh(moments / np.outer(scale, scale))
        positive = (vectors * np.maximum(values, 0.05)) @ vectors.T * np.outer(scale, scale)
        return np.asarray(positive[self._rows, self._columns], dtype=np.float64)

    def check(self, coverage: Coverage) -> None:
        self._check_variances(coverage)
        self._check_covariances(coverage)

    def _check_variances(self, coverage: Coverage) -> None:
        for s, visit in enumerate(coverage.visits):
            n = int(coverage.together[s, s])
            if n < 2:
                raise NotEstimable(
                    f"{have(n)} a value at {visit} ({coverage.counts()}); the variance at {visit} "
                    f"needs at least 2. {REMEDY}"
                )
            if coverage.constant[s]:
                raise NotEstimable(
                    f"All {n} values at {visit} are the same, so the variance at {visit} is zero and the "
                    f"likelihood has no maximum. Check the values. {REMEDY}"
                )

    def _check_residuals(self, variances: Floats) -> None:
        for visit, variance in zip(self._visits, variances, strict=True):
            if variance <= NO_VARIANCE * variances.max():
                raise NotEstimable(
                    f"The means of the model reproduce every value at {visit}, so the variance at {visit} is "
                    f"zero and the likelihood has no maximum. Check the values. {REMEDY}"
                )

    def _check_covariances(self, coverage: Coverage) -> None:
        for s, t in zip(self._rows, self._columns, strict=True):
            n = int(coverage.together[s, t])
            if n < 2:
                raise NotEstimable(
                    f"{have(n)} values at both {coverage.visits[t]} and {coverage.visits[s]} "
                    f"({coverage.counts()}); their covariance needs at least 2. {REMEDY}"
                )
        size = len(coverage.visits)
        if coverage.n_participants <= size:
            raise NotEstimable(
                f"{have(coverage.n_participants)} values ({coverage.counts()}); an unstructured covariance "
                f"of {size} visits needs at least {size + 1}. {REMEDY}"
            )


def _name(row: str, column: str) -> str:
    return f"variance {row}" if row == column else f"covariance {column}, {row}"
