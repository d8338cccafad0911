"""How many places two visits are apart in the order of the visits."""

import numpy as np
import numpy.typing as npt

from analytics.mixed.arrays import Floats


def lags(size: int) -> npt.NDArray[np.int64]:
    """Shape (size, size): |s - t|."""
    places = np.arange(size)
    return np.asarray(np.abs(places[:, None] - places))


def bands(size: int) -> Floats:
    """Shape (size, size, size): the matrix k has ones where two visits are k places apart."""
    return np.asarray(lags(size) == np.arange(size)[:, None, None], dtype=np.float64)


def band_means(matrix: Floats) -> Floats:
    """The mean of `matrix` over the pairs of visits at each lag, from lag 0."""
    each = bands(len(matrix))
    return np.asarray((each * matrix).sum(axis=(1, 2)) / each.sum(axis=(1, 2)))
