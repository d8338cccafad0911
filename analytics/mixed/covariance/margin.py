"""How far from singular a start must be."""

from collections.abc import Callable

import numpy as np

from analytics.mixed.arrays import Floats

# The smallest eigenvalue of the correlations of a start: nearer to zero, the first Newton steps are erratic.
MARGIN = 0.05


def definite(moments: Floats) -> Floats:
    """`moments` with the eigenvalues of its correlations raised to MARGIN; its diagonal must be positive."""
    scale = np.sqrt(np.diag(moments))
    values, axes = np.linalg.eigh(moments / np.outer(scale, scale))
    return np.asarray((axes * np.maximum(values, MARGIN)) @ axes.T * np.outer(scale, scale))


def shrunk(between: Floats, sigma: Callable[[Floats], Floats]) -> Floats:
    """The covariances or correlations `between`, made smaller until the `sigma` of them keeps the margin.

    With zeros for `between`, `sigma` must be diagonal and positive.
    """
    while _smallest(sigma(between)) < MARGIN:
        between = 0.8 * between
    return between


def _smallest(sigma: Floats) -> float:
    scale = np.sqrt(np.diag(sigma))
    return float(np.linalg.eigvalsh(sigma / np.outer(scale, scale))[0])
