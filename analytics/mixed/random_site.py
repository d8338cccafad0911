"""A random intercept for each site, on top of any covariance of a participant's visits.

The values of a site have V = blockdiag(Sigma) + s² 11', so V⁻¹ = W - α W11'W with α = s²/(1 + s²c) and c =
1'W1. Every quantity of weighting.py then gets a correction of low rank for each site, made of the first
moments h = z'W1, h_k = z'W V_k W1, h_kl = z'W V_k W V_l W1 and the like. The cost grows with sites ×
patterns, not with participants. Source: docs/explanation/statistics/random-site.md.
"""

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.conditioning import Conditioned, SiteSums
from analytics.mixed.covariance import GroupedCovariance
from analytics.mixed.weighting import Derivatives, Weights


class SiteWeights(Weights):
    """theta ends with s², the variance between sites."""

    def __init__(
        self, data: Conditioned, sites: SiteSums, covariance: GroupedCovariance, theta: Floats
    ) -> None:
        super().__init__(data, covariance, theta[:-1])
        self.sites = sites
        self.variance = float(theta[-1])
        self.to_one = self.inverse.sum(axis=2)
        self.c = self.counted(self.to_one.sum(axis=1))
        self.h = self.moment(self.to_one)
        self.gamma = 1.0 / (1.0 + self.variance * self.c)
        self.alpha = self.variance * self.gamma
        self.log_determinant += float(np.log1p(self.variance * self.c).sum())

    @property
    def least_variance(self) -> float:
        return float(self.variances.min() / max(self.variances.max(), self.variance))

    def sums(self) -> Floats:
        return super().sums() - (self.alpha[:, None] * self.h).T @ self.h

    def derive(self) -> "SiteDerivatives":
        return SiteDerivatives(self)

    def counted(self, of_block: Floats) -> Floats:
        """Per site the sum over its participants of a number of their block: (…, blocks) to (…, sites)."""
        return np.asarray(of_block @ self.sites.counts.T)

    def moment(self, weights: Floats) -> Floats:
        """Per site the sum over its participants of weights · z: (…, blocks, visits) to (…, sites, q)."""
        return np.tensordot(weights, self.sites.sums, axes=([-2, -1], [1, 2]))


class SiteDerivatives(Derivatives):
    """The last parameter is s², whose derivative of V is 11' within a site."""

    def __init__(self, weights: SiteWeights) -> None:
        super().__init__(weights)
        self.site = weights
        once = (self.weighted @ weights.to_one[:, :, None])[..., 0]
        twice = np.einsum("kbst,lbt->klbs", self.weighted, once)
        self._h_k, self._c_k = weights.moment(once), weights.counted(once.sum(axis=-1))
        self._h_kl, self._c_kl = weights.moment(twice), weights.counted(twice.sum(axis=-1))
        # what V⁻¹ 1 leaves of h_k: h_k - α c_k h
        self._rest = self._h_k - (weights.alpha * self._c_k)[..., None] * weights.h

    def traces(self) -> Floats:
        site = self.site
        return np.append(super().traces() - self._c_k @ site.alpha, site.gamma @ site.c)

    def changes(self) -> Floats:
        site = self.site
        crossed = np.einsum("j,jp,kjq->kpq", site.alpha, site.h, self._h_k)
        own = np.einsum("kj,jp,jq->kpq", site.alpha**2 * self._c_k, site.h, site.h)
        of_site = (site.gamma[:, None] ** 2 * site.h).T @ site.h
        return np.concatenate([super().changes() - crossed - crossed.swapaxes(1, 2) + own, of_site[None]])

    def pair_traces(self) -> Floats:
        site = self.site
        square = (site.alpha**2 * self._c_k) @ self._c_k.T
        among = super().pair_traces() - 2.0 * self._c_kl @ site.alpha + square
        return _bordered(
            among, self._c_k @ site.gamma**2, float((site.gamma * site.c) @ (site.gamma * site.c))
        )

    def pairs(self, target: Floats) -> Floats:
        site = self.site
        with_h = site.h @ target
        crossed = np.einsum("j,kljq,jq->kl", site.alpha, self._h_kl, with_h)
        square = np.einsum("jq,jq->j", with_h, site.h)
        rest = np.einsum("j,kjp,pq,ljq->kl", site.alpha, self._rest, target, self._rest)
        among = super().pairs(target) - crossed - crossed.T + self._c_kl @ (site.alpha**2 * square) - rest
        border = np.einsum("j,kjq,jq->k", site.gamma**2, self._rest, with_h)
        return _bordered(among, border, float((site.gamma**3 * site.c) @ square))

    def bends(self, target: Floats) -> Floats | None:
        among = super().bends(target)
        if among is None or self.second is None:
            return None
        site = self.site
        h_2, c_2 = self._moments_of_second()
        with_h = site.h @ target
        square = np.einsum("jq,jq->j", with_h, site.h)
        crossed = np.einsum("j,kljq,jq->kl", site.alpha, h_2, with_h)
        among = among - c_2 @ (site.alpha + site.alpha**2 * square) + 2.0 * crossed
        return _bordered(among, np.zeros(len(among)), 0.0)

    def pairs_total(self, factors: Floats) -> Floats:
        site, among, border = self.site, factors[:-1, :-1], factors[:-1, -1]
        own = (
            site.alpha**2 * np.tensordot(among, self._c_kl, axes=2) + factors[-1, -1] * site.gamma**3 * site.c
        )
        crossed = -site.alpha[:, None] * np.tensordot(among, self._h_kl, axes=2)
        crossed += site.gamma[:, None] ** 2 * np.tensordot(border, self._rest, axes=1)
        rest = np.einsum("j,kl,kjp,ljq->pq", site.alpha, among, self._rest, self._rest)
        return np.asarray(super().pairs_total(among) + self._outer(crossed, own) - rest)

    def bends_total(self, factors: Floats) -> Floats | None:
        total = super().bends_total(factors[:-1, :-1])
        if total is None:
            return None
        site, (h_2, c_2) = self.site, self._moments_of_second()
        own = site.alpha**2 * np.tensordot(factors[:-1, :-1], c_2, axes=2)
        crossed = -site.alpha[:, None] * np.tensordot(factors[:-1, :-1], h_2, axes=2)
        return np.asarray(total + self._outer(crossed, own))

    def _outer(self, crossed: Floats, own: Floats) -> Floats:
        """The sum over the sites of crossed h' + h crossed' + own h h'."""
        h = self.site.h
        once = crossed.T @ h
        return np.asarray(once + once.T + (own[:, None] * h).T @ h)

    def _moments_of_second(self) -> tuple[Floats, Floats]:
        """z'W V_kl W1 (K, K, sites, q) and 1'W V_kl W1 (K, K, sites)."""
        assert self.second is not None
        site = self.site
        bent = np.einsum("bst,klbtu,bu->klbs", site.inverse, self.second[:, :, self.data.group], site.to_one)
        return site.moment(bent), site.counted(bent.sum(axis=-1))


def _bordered(among: Floats, border: Floats, corner: float) -> Floats:
    """A symmetric matrix with one more row and column."""
    return np.block([[among, border[:, None]], [border[None, :], np.array([[corner]])]])
