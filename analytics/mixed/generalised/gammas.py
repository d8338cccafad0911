"""Positive values on a log link: gamma with mean e^η and shape α, so that the variance is e^(2η) / α."""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.generalised.kernel import Apart, Slopes


@dataclass(frozen=True, eq=False)
class Gammas:
    """`values` and `attended` (cells, rows); a value that is not attended must be 1."""

    rows: Floats
    values: Floats
    attended: Floats
    counts: Floats
    begin: Floats
    shaped: bool = True

    @property
    def total(self) -> Floats:
        """No part of f is linear in η."""
        return np.zeros(len(self.counts))

    @property
    def linear(self) -> Floats:
        return np.zeros(self.rows.shape[2])

    def start(self) -> Floats:
        return self.begin

    def admits(self, coefficients: Floats) -> bool:
        return True

    def apart(self, coefficients: Floats) -> Apart:
        size = len(coefficients)
        return Apart(0.0, np.zeros(size), np.zeros((size, size)))

    def slopes(self, eta: Floats, shape: float) -> Slopes:
        from scipy.special import gammaln

        here, y = self.attended[:, None, :], self.values[:, None, :]
        ratio = y * np.exp(-eta)
        value = here * (shape * (np.log(shape) - eta - ratio) + (shape - 1.0) * np.log(y) - gammaln(shape))
        bend = here * shape * ratio
        return Slopes(value, here * shape * (ratio - 1.0), -bend, bend)

    def by_shape(self, eta: Floats, shape: float) -> tuple[Floats, Floats]:
        from scipy.special import digamma, polygamma

        here, y = self.attended[:, None, :], self.values[:, None, :]
        inner = np.log(shape) + 1.0 - eta - y * np.exp(-eta) + np.log(y) - digamma(shape)
        first = here * shape * inner
        return first, first + here * (shape - shape**2 * polygamma(1, shape))
