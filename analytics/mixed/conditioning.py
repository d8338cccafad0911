"""The statistics in coordinates in which double precision suffices, and the way back.

Three changes of basis, none of which changes the model: values are counted from an anchor (anchor.py), the
design columns are made orthonormal, and the outcome is replaced by its residual from ordinary least
squares. Without the anchor an offset of 1e6 costs six digits of a slope.
"""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.anchor import Anchor, anchor
from analytics.mixed.arrays import Floats
from analytics.mixed.design import Design
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.statistics import Statistics

# A design column that keeps less of its square beside the earlier ones is a combination of them.
ALIASED = 1e-10
# Residuals below this share of the outcome's sum of squares are rounding error.
NO_RESIDUAL = 1e-13


@dataclass(frozen=True)
class Basis:
    """With c the coefficients of the fit, those of the design are unanchor @ scale @ (c + ols) + offset."""

    unanchor: Floats
    scale: Floats
    ols: Floats
    offset: Floats

    def weights(self, rows: Floats) -> Floats:
        """Rows of weights for the coefficients of the design, as weights for those of the fit."""
        # in this order, because the first product cancels a large anchor exactly
        return np.asarray((rows @ self.unanchor) @ self.scale)

    def estimates(self, rows: Floats, fitted: Floats) -> Floats:
        """The values of rows of weights at the coefficients `fitted` of the fit."""
        return np.asarray(self.weights(rows) @ (fitted + self.ols) + rows @ self.offset)

    def log_determinant(self) -> float:
        """log|unanchor @ scale|: the difference between log|X'V⁻¹X| of the fit and of the design is twice
        this.
        """
        return float(np.linalg.slogdet(self.unanchor @ self.scale)[1])


@dataclass(frozen=True)
class Conditioned:
    """`products[g, s, t]` is the sum over the participants of pattern g of z_s z_t', z_s = (design row,
    outcome) at s.

    Its shape is (patterns, visits, visits, p + 1, p + 1), zero where a visit was not attended; `attended`
    is (patterns, visits) of 0 and 1, `counts` (patterns,) the numbers of participants.
    """

    attended: Floats
    counts: Floats
    products: Floats
    basis: Basis

    @property
    def p(self) -> int:
        """The number of coefficients."""
        return int(self.products.shape[-1]) - 1

    @property
    def n_observations(self) -> int:
        return int(self.counts @ self.attended.sum(axis=1))

    def residual_moments(self) -> Floats:
        """The pairwise residual covariance (visits, visits) from ordinary least squares; zero for pairs never
        seen.
        """
        sums = self.products[..., -1, -1].sum(axis=0)
        together = np.einsum("g,gs,gt->st", self.counts, self.attended, self.attended)
        return np.asarray(sums / np.maximum(together, 1.0))


def condition(statistics: Statistics, design: Design) -> Conditioned:
    """Raises NotEstimable when design columns depend on each other or leave no residual."""
    anchors = anchor(statistics, design.maps)
    patterns = list(statistics.products)
    attended = np.array([[float(mark) for mark in pattern] for pattern in patterns])
    counts = np.array([float(statistics.products[pattern][0]) for pattern in patterns])
    vectors = np.stack([anchors.products(statistics, pattern) for pattern in patterns])
    scale = _orthonormalising(_gram(vectors, attended, design.maps), design.names)
    maps = np.einsum("ip,sik->spk", scale, design.maps)
    ols = _least_squares(vectors, maps)
    products = _products(vectors, attended, maps, ols)
    _check_residual(vectors, products)
    return Conditioned(attended, counts, products, _basis(anchors, scale, ols))


def _basis(anchors: Anchor, scale: Floats, ols: Floats) -> Basis:
    return Basis(unanchor=anchors.unshift, scale=scale, ols=ols, offset=anchors.offset)


def _gram(vectors: Floats, attended: Floats, maps: Floats) -> Floats:
    """X'X over all participants and attended visits."""
    r = maps.shape[2]
    subject = np.einsum("gs,gab->sab", attended, vectors[:, :r, :r])
    return np.asarray(np.einsum("spa,sab,sqb->pq", maps, subject, maps))


def _orthonormalising(gram: Floats, names: tuple[str, ...]) -> Floats:
    """R⁻¹ with R'R = X'X, column by column, so that the first dependent column is named."""
    size = np.sqrt(np.diag(gram))
    correlation = gram / np.outer(np.where(size > 0, size, 1.0), np.where(size > 0, size, 1.0))
    factor = np.zeros_like(gram)
    for j, name in enumerate(names):
        row = np.linalg.solve(factor[:j, :j], correlation[:j, j]) if j else correlation[:0, 0]
        rest = correlation[j, j] - row @ row
        if size[j] == 0 or rest < ALIASED:
            raise NotEstimable(_aliased(name, names[:j]))
        factor[j, :j], factor[j, j] = row, np.sqrt(rest)
    return np.asarray(np.linalg.inv(factor.T) / size[:, None])


def _aliased(name: str, before: tuple[str, ...]) -> str:
    others = f"a combination of {', '.join(before)}" if before else "zero for every participant"
    return f"The effect {name} cannot be estimated: in these data it is {others}. Leave it out of the model."


def _least_squares(vectors: Floats, maps: Floats) -> Floats:
    """The coefficients of ordinary least squares; `maps` give orthonormal columns."""
    r = maps.shape[2]
    visits = np.arange(maps.shape[0])
    with_outcome = vectors.sum(axis=0)[:r, r + visits]
    return np.asarray(np.einsum("spa,as->p", maps, with_outcome))


def _products(vectors: Floats, attended: Floats, maps: Floats, ols: Floats) -> Floats:
    visits, p, r = maps.shape
    rows = np.zeros((visits, p + 1, vectors.shape[1]))
    rows[:, :p, :r] = maps
    rows[:, p, :r] = -ols @ maps
    rows[np.arange(visits), p, r + np.arange(visits)] = 1.0
    both = attended[:, :, None] * attended[:, None, :]
    left = np.einsum("sia,gab->gsib", rows, vectors)
    return np.asarray(np.einsum("gsib,tjb->gstij", left, rows) * both[..., None, None])


def _check_residual(vectors: Floats, products: Floats) -> None:
    visits = products.shape[1]
    total = float(np.trace(vectors.sum(axis=0)[-visits:, -visits:]))
    residual = float(np.einsum("gss->", products[..., -1, -1]))
    if residual <= NO_RESIDUAL * total:
        raise NotEstimable(
            "The means of the model reproduce every value exactly, so no variation is left to estimate a "
            "variance from. Check the values; if they are right, wait for more data."
        )
