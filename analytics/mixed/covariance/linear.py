"""Structures that are linear in their parameters: Sigma is a weighted sum of constant matrices."""

from analytics.mixed.arrays import Floats
from analytics.mixed.covariance.structure import Structure


class Linear(Structure):
    """Sigma = sum of theta_k parts_k, with `parts` of shape (parameters, visits, visits)."""

    parts: Floats

    def sigma(self, theta: Floats) -> Floats:
        size = self.parts.shape[1]
        return (theta @ self.parts.reshape(len(theta), -1)).reshape(size, size)

    def derivatives(self, theta: Floats) -> Floats:
        return self.parts

    def second_derivatives(self, theta: Floats) -> None:
        return None
