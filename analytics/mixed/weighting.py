"""What the likelihood asks of the data at one theta, when participants are independent of each other.

With V the covariance of all values, V_k and V_kl its derivatives, z the rows (design, outcome) of all values:
every quantity is a contraction of the block statistics with small matrices. Source:
docs/explanation/statistics/reml-from-pattern-statistics.md, whose symbols are used here. The cost does not
depend on the number of participants.
"""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.conditioning import Conditioned
from analytics.mixed.covariance import GroupedCovariance


class Weights:
    """The inverse of Sigma for each block, and the log determinant of V. LinAlgError when singular."""

    def __init__(self, data: Conditioned, covariance: GroupedCovariance, theta: Floats) -> None:
        self.data = data
        self.covariance = covariance
        self.theta = theta
        both = data.attended[:, :, None] * data.attended[:, None, :]
        absent = np.eye(data.attended.shape[1]) * (1.0 - data.attended)[:, :, None]
        sigma = covariance.sigma(theta)
        padded = sigma[data.group] * both + absent
        # Sigma itself too, for it must be positive definite even when nobody attended all visits
        every = np.concatenate([padded, sigma])
        pivots = np.einsum("bss->bs", np.linalg.cholesky(every))
        self.log_determinant = float(2.0 * data.counts @ np.log(pivots[: len(padded)]).sum(axis=1))
        variances = np.einsum("gss->gs", sigma)
        self.least_variance = float(variances.min() / variances.max())
        # of a visit's variance, given the visits before it
        self.least_share = float((pivots**2 / np.einsum("bss->bs", every)).min())
        self.inverse = np.linalg.inv(padded) * both
        self._flat = data.products.reshape(-1, (data.p + 1) ** 2)

    def sums(self) -> Floats:
        """z'V⁻¹z, shape (q, q) with q = p + 1."""
        return self._contract(self.inverse)

    def derive(self) -> "Derivatives":
        return Derivatives(self)

    def _contract(self, weights: Floats) -> Floats:
        """The sum over the blocks of weights (…, blocks, visits, visits) times the statistics: (…, q, q)."""
        q = self.data.p + 1
        leading = weights.shape[:-3]
        return np.asarray((weights.reshape(*leading, -1) @ self._flat).reshape(*leading, q, q))

    def projected(self, target: Floats) -> Floats:
        """The statistics of each block contracted with a (q, q) target, shape (blocks, visits, visits)."""
        return np.asarray((self._flat @ target.reshape(-1)).reshape(self.inverse.shape))


class Derivatives:
    """First and second derivatives with respect to theta, each a contraction of the statistics."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.data = weights.data
        self._first = weights.covariance.derivatives(weights.theta)
        self._second = weights.covariance.second_derivatives(weights.theta)
        # W V_k, shape (parameters, blocks, visits, visits)
        self._weighted = weights.inverse @ self._first[:, self.data.group]

    def traces(self) -> Floats:
        """tr(V⁻¹ V_k), shape (K,)."""
        return np.asarray(np.einsum("b,kbss->k", self.data.counts, self._weighted))

    def changes(self) -> Floats:
        """z'V⁻¹ V_k V⁻¹z, shape (K, q, q)."""
        return self.weights._contract(self._weighted @ self.weights.inverse)

    def pair_traces(self) -> Floats:
        """tr(V⁻¹ V_k V⁻¹ V_l), shape (K, K)."""
        return _traces(self._weighted * self.data.counts[:, None, None], self._weighted)

    def pairs(self, target: Floats) -> Floats:
        """<z'V⁻¹ V_k V⁻¹ V_l V⁻¹z, target> with a symmetric (q, q) target, shape (K, K)."""
        middle = self._weighted @ (self.weights.inverse @ self.weights.projected(target))
        return _traces(self._weighted, middle)

    def bends(self, target: Floats) -> Floats | None:
        """tr(V⁻¹ V_kl) - <z'V⁻¹ V_kl V⁻¹z, target>, shape (K, K); None where Sigma is linear in theta."""
        if self._second is None:
            return None
        w = self.weights.inverse
        inner = self.data.counts[:, None, None] * w - w @ self.weights.projected(target) @ w
        belongs = np.eye(self._second.shape[2])[:, self.data.group]
        by_group = np.tensordot(belongs, inner, axes=1)
        return np.tensordot(self._second, by_group, axes=3)

    def pairs_total(self, factors: Floats) -> Floats:
        """The sum over k and l of factors[k, l] z'V⁻¹ V_k V⁻¹ V_l V⁻¹z, shape (q, q)."""
        combined = np.tensordot(factors, self._weighted, axes=1)
        return self.weights._contract((combined @ self._weighted).sum(axis=0) @ self.weights.inverse)

    def bends_total(self, factors: Floats) -> Floats | None:
        """The sum over k and l of factors[k, l] z'V⁻¹ V_kl V⁻¹z, shape (q, q); None where Sigma is linear."""
        if self._second is None:
            return None
        w = self.weights.inverse
        combined = np.tensordot(factors, self._second, axes=2)[self.data.group]
        return self.weights._contract(w @ combined @ w)


def _traces(left: Floats, right: Floats) -> Floats:
    """The trace of left_k right_l for all k and l, summed over the blocks."""
    size = len(left)
    return np.asarray(left.reshape(size, -1) @ right.swapaxes(-1, -2).reshape(size, -1).T)
