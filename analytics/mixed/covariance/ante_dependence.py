"""First-order ante-dependence: a correlation of its own for each two neighbouring visits."""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.correlated import Correlated
from analytics.mixed.covariance.requirements import need_together
from analytics.mixed.coverage import Coverage


class AnteDependence(Correlated):
    """R_st is the product of the correlations of the neighbours between s and t."""

    def __init__(self, visits: tuple[str, ...], times: tuple[float, ...] = ()) -> None:
        super().__init__(visits, times)
        places = np.arange(len(visits))
        first, last = np.minimum.outer(places, places), np.maximum.outer(places, places)
        steps = np.arange(len(visits) - 1)
        # the steps from one visit to the next that lie between visits s and t, shape (steps, visits, visits)
        self._between = (first <= steps[:, None, None]) & (steps[:, None, None] < last)
        # the same, without a step k (and without two steps k and l) by which the product is differentiated
        other = steps[:, None] != steps
        self._others = self._between & other[:, :, None, None]
        self._both = self._between[:, None] & self._others
        self._rest = self._between & (other[:, None] & other)[..., None, None]

    def correlation_names(self) -> tuple[str, ...]:
        neighbours = zip(self.visits, self.visits[1:], strict=False)
        return tuple(f"correlation {visit}, {after}" for visit, after in neighbours)

    def correlation(self, rho: Floats) -> Floats:
        return _product(rho, self._between)

    def correlation_derivatives(self, rho: Floats) -> Floats:
        return np.asarray(self._between * _product(rho, self._others))

    def correlation_second_derivatives(self, rho: Floats) -> Floats:
        return np.asarray(self._both * _product(rho, self._rest))

    def nearest(self, correlation: Floats) -> Floats:
        return np.diagonal(correlation, 1).copy()

    def check_correlations(self, coverage: Coverage) -> None:
        for s in range(len(coverage.visits) - 1):
            need_together(coverage, s, s + 1, "correlation")


class HeterogeneousAnteDependence(AnteDependence):
    """With a variance at each visit."""

    heterogeneous = True


def _product(rho: Floats, steps: np.typing.NDArray[np.bool_]) -> Floats:
    """The product of rho over the marked steps, which are the third axis from the end."""
    return np.asarray(np.where(steps, rho[:, None, None], 1.0).prod(axis=-3))
