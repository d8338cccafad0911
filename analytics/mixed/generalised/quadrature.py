"""Gauss–Hermite quadrature for the standard normal distribution."""

from functools import lru_cache

import numpy as np

from analytics.mixed.arrays import Floats, frozen


@lru_cache(maxsize=16)
def nodes_and_weights(n: int) -> tuple[Floats, Floats]:
    """Nodes and weights, each (n,), with sum(w f(x)) = E f(Z) for each polynomial f of degree below 2n.

    Source: Golub and Welsch (1969), as NumPy carries it out for the physicists' polynomials.
    """
    nodes, weights = np.polynomial.hermite.hermgauss(n)
    return frozen(np.sqrt(2.0) * nodes), frozen(weights / np.sqrt(np.pi))
