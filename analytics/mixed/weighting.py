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
        sigma = covariance.sigma(theta)
        padded = sigma[data.group] * data.both + data.absent
        # Sigma itself too, for it must be positive definite even when nobody attended all visits
        every = np.concatenate([padded, sigma])
        pivots = _diagonals(np.linalg.cholesky(every))
        self.log_determinant = float(2.0 * data.counts @ np.log(pivots[: len(padded)]).sum(axis=1))
        self.variances = _diagonals(sigma)
        # of a visit's variance, given the visits before it
        self.least_share = float((pivots**2 / _diagonals(every)).min())
        self.inverse = np.linalg.inv(padded) * data.both

    @property
    def least_variance(self) -> float:
        """The least variance of a visit, as a share of the largest of the model."""
        return float(self.variances.min() / self.variances.max())

    def sums(self) -> Floats:
        """z'V⁻¹z, shape (q, q) with q = p + 1."""
        return self.contract(self.inverse)

    def derive(self) -> "Derivatives":
        return Derivatives(self)

    def contract(self, weights: Floats) -> Floats:
        """The sum over the blocks of weights (…, blocks, visits, visits) times the statistics: (…, q, q)."""
        q, leading = self.data.p + 1, weights.shape[:-3]
        return np.asarray((weights.reshape(*leading, -1) @ self.data.flat).reshape(*leading, q, q))

    def projected(self, target: Floats) -> Floats:
        """The statistics of each block contracted with a (q, q) target, shape (blocks, visits, visits)."""
        return np.asarray((self.data.flat @ target.reshape(-1)).reshape(self.inverse.shape))


class Derivatives:
    """First and second derivatives with respect to theta, each a contraction of the statistics."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.data = weights.data
        self.first = weights.covariance.derivatives(weights.theta)
        self.second = weights.covariance.second_derivatives(weights.theta)
        # W V_k, shape (parameters, blocks, visits, visits)
        self.weighted = weights.inverse @ self.first[:, self.data.group]

    def traces(self) -> Floats:
        """tr(V⁻¹ V_k), shape (K,)."""
        return self._with_first(self._by_group(self.data.counts[:, None, None] * self.weights.inverse))

    def changes(self) -> Floats:
        """z'V⁻¹ V_k V⁻¹z, shape (K, q, q)."""
        return self.weights.contract(self.weighted @ self.weights.inverse)

    def pair_traces(self) -> Floats:
        """tr(V⁻¹ V_k V⁻¹ V_l), shape (K, K)."""
        return _traces(self.weighted * self.data.counts[:, None, None], self.weighted)

    def pairs(self, target: Floats) -> Floats:
        """<z'V⁻¹ V_k V⁻¹ V_l V⁻¹z, target> with a symmetric (q, q) target, shape (K, K)."""
        middle = self.weighted @ (self.weights.inverse @ self.weights.projected(target))
        return _traces(self.weighted, middle)

    def bends(self, target: Floats) -> Floats | None:
        """tr(V⁻¹ V_kl) - <z'V⁻¹ V_kl V⁻¹z, target>, shape (K, K); None where Sigma is linear in theta."""
        if self.second is None:
            return None
        w = self.weights.inverse
        inner = self.data.counts[:, None, None] * w - w @ self.weights.projected(target) @ w
        return np.tensordot(self.second, self._by_group(inner), axes=3)

    def pairs_total(self, factors: Floats) -> Floats:
        """The sum over k and l of factors[k, l] z'V⁻¹ V_k V⁻¹ V_l V⁻¹z, shape (q, q)."""
        flat = self.weighted.reshape(len(factors), -1)
        combined = (factors @ flat).reshape(self.weighted.shape)
        return self.weights.contract((combined @ self.weighted).sum(axis=0) @ self.weights.inverse)

    def bends_total(self, factors: Floats) -> Floats | None:
        """The sum over k and l of factors[k, l] z'V⁻¹ V_kl V⁻¹z, shape (q, q); None where Sigma is linear."""
        if self.second is None:
            return None
        w = self.weights.inverse
        return self.weights.contract(w @ np.tensordot(factors, self.second, axes=2)[self.data.group] @ w)

    def _by_group(self, of_block: Floats) -> Floats:
        """Numbers of the blocks (blocks, …) summed over each group, shape (groups, …)."""
        belongs = self.data.belongs
        return (belongs @ of_block.reshape(len(of_block), -1)).reshape(len(belongs), *of_block.shape[1:])

    def _with_first(self, of_group: Floats) -> Floats:
        """The sum of V_k times numbers (groups, visits, visits, …), shape (K, …)."""
        flat = self.first.reshape(len(self.first), -1)
        return (flat @ of_group.reshape(flat.shape[1], -1)).reshape(len(flat), *of_group.shape[3:])


def _traces(left: Floats, right: Floats) -> Floats:
    """The trace of left_k right_l for all k and l, summed over the blocks."""
    size = len(left)
    return np.asarray(left.reshape(size, -1) @ right.swapaxes(-1, -2).reshape(size, -1).T)


def _diagonals(matrices: Floats) -> Floats:
    return np.asarray(np.einsum("bss->bs", matrices))
