"""The statistics in coordinates in which double precision suffices, and the way back.

Three changes of basis, none of which changes the model: values are counted from an anchor (anchor.py), the
design columns are made orthonormal, and the outcome is replaced by its residual from ordinary least
squares. Without the anchor an offset of 1e6 costs six digits of a slope.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.mixed.anchor import Strata, anchor
from analytics.mixed.arrays import Floats
from analytics.mixed.design import Design
from analytics.mixed.refusals import NotEstimable
from analytics.mixed.statistics import Statistics

# A design column that keeps less of its square beside the earlier ones is a combination of them.
ALIASED = 1e-10
# An earlier column with less weight in such a combination is no part of it.
NO_PART = 1e-6
# Residuals below this share of the outcome's sum of squares are rounding error.
NO_RESIDUAL = 1e-13
# Of the statistics in the coordinates of the fit; the work takes a few times as much.
MOST_GIGABYTES = 1.0

Numbers = npt.NDArray[np.intp]


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
class SiteSums:
    """Per site and block: `counts` (sites, blocks) of participants, and `sums` (sites, blocks, visits, p + 1)
    of z_s.
    """

    counts: Floats
    sums: Floats


@dataclass(frozen=True)
class Conditioned:
    """A block holds the participants of one covariance group with one pattern of attended visits.

    `products[b, s, t]` is the sum over the participants of block b of z_s z_t', z_s = (design row, outcome)
    at visit s: shape (blocks, visits, visits, p + 1, p + 1), zero where a visit was not attended. `attended`
    is (blocks, visits) of 0 and 1, `counts` (blocks,) the numbers of participants, `group` (blocks,) the
    number of the covariance group. `sites` is None without a random site.
    """

    attended: Floats
    counts: Floats
    group: Numbers
    products: Floats
    sites: SiteSums | None
    basis: Basis

    @cached_property
    def both(self) -> Floats:
        """1 where a block attended both visits, shape (blocks, visits, visits)."""
        return self.attended[:, :, None] * self.attended[:, None, :]

    @cached_property
    def absent(self) -> Floats:
        """1 on the diagonal where a block did not attend, shape (blocks, visits, visits)."""
        return np.eye(self.attended.shape[1]) * (1.0 - self.attended)[:, :, None]

    @cached_property
    def flat(self) -> Floats:
        """`products` as a matrix (blocks · visits · visits, (p + 1)²)."""
        return self.products.reshape(-1, (self.p + 1) ** 2)

    @cached_property
    def belongs(self) -> Floats:
        """1 where a block belongs to a covariance group, shape (groups, blocks)."""
        return np.eye(int(self.group.max()) + 1)[:, self.group]

    @property
    def p(self) -> int:
        """The number of coefficients."""
        return int(self.products.shape[-1]) - 1

    @property
    def n_observations(self) -> int:
        return int(self.counts @ self.attended.sum(axis=1))

    def residual_moments(self) -> Floats:
        """Per group the pairwise residual covariance (groups, visits, visits) from ordinary least squares.

        Zero for pairs never seen.
        """
        sums = np.tensordot(self.belongs, self.products[..., -1, -1], axes=1)
        together = np.tensordot(self.belongs * self.counts, self.both, axes=1)
        return np.asarray(sums / np.maximum(together, 1.0))


def condition(statistics: Statistics, design: Design, *, group_by_arm: bool, by_site: bool) -> Conditioned:
    """Raises NotEstimable when design columns depend on each other or leave no residual."""
    strata = Strata.of(statistics)
    _check_size(strata, len(design.names))
    anchors = anchor(statistics, strata, design)
    units = np.array([float(unit) for unit in statistics.quanta()])
    vectors = strata.about(anchors.shift, units)
    arm = _arm_numbers(statistics)
    scale = _orthonormalising(_gram(vectors, strata.attended, design.maps[arm]), design.names)
    maps = np.asarray(scale.T @ design.maps)
    ols = _least_squares(vectors, maps[arm])
    rows = _rows(maps, ols)[arm]
    products = _products(vectors, strata.attended, rows)
    _check_residual(vectors, products)
    blocks, block = _blocks(strata.attended, arm if group_by_arm else np.zeros_like(arm))
    first = np.array([np.flatnonzero(block == number)[0] for number in range(blocks)])
    return Conditioned(
        attended=strata.attended[first],
        counts=_summed(vectors[:, 0, 0], block, blocks),
        group=arm[first] if group_by_arm else np.zeros(blocks, dtype=np.intp),
        products=np.ascontiguousarray(_summed(products, block, blocks).transpose(0, 1, 3, 2, 4)),
        sites=_site_sums(statistics, vectors, strata.attended, rows, block) if by_site else None,
        basis=Basis(unanchor=anchors.unshift, scale=scale, ols=ols, offset=anchors.offset),
    )


def _arm_numbers(statistics: Statistics) -> Numbers:
    numbers = {arm: number for number, arm in enumerate(statistics.arms or ("",))}
    return np.array([numbers[stratum.arm] for stratum in statistics.products], dtype=np.intp)


def _blocks(attended: Floats, group: Numbers) -> tuple[int, Numbers]:
    """How many pairs of group and pattern there are, and which each stratum belongs to."""
    numbers: dict[tuple[int, bytes], int] = {}
    block = [
        numbers.setdefault((int(g), row.tobytes()), len(numbers))
        for g, row in zip(group, attended, strict=True)
    ]
    return len(numbers), np.array(block, dtype=np.intp)


def _summed(values: Floats, block: Numbers, blocks: int) -> Floats:
    belongs = np.eye(blocks)[:, block]
    return (belongs @ values.reshape(len(values), -1)).reshape(blocks, *values.shape[1:])


def _gram(vectors: Floats, attended: Floats, maps: Floats) -> Floats:
    """X'X over all participants and attended visits; `maps` (strata, visits, p, columns)."""
    r = maps.shape[3]
    with_map = maps @ vectors[:, None, :r, :r] * attended[:, :, None, None]
    return np.tensordot(with_map, maps, axes=([0, 1, 3], [0, 1, 3]))


def _orthonormalising(gram: Floats, names: tuple[str, ...]) -> Floats:
    """R⁻¹ with R'R = X'X. Names the first design column that depends on those before it."""
    diagonal = np.diag(gram)
    size = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    correlation = gram / np.outer(size, size)
    try:
        factor = np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        factor = np.zeros_like(gram)
    if diagonal.min() <= 0 or np.diag(factor).min() ** 2 < ALIASED:
        raise NotEstimable(_first_aliased(correlation, diagonal, names))
    return np.asarray(np.linalg.inv(factor.T) / size[:, None])


def _first_aliased(correlation: Floats, diagonal: Floats, names: tuple[str, ...]) -> str:
    for j, name in enumerate(names):
        if diagonal[j] <= 0:
            return _cannot(name, "the same for everybody")
        weights = np.linalg.solve(correlation[:j, :j], correlation[:j, j])
        if 1.0 - correlation[:j, j] @ weights < ALIASED:
            makers = [names[k] for k in range(j) if abs(weights[k]) > NO_PART]
            return _cannot(name, f"a combination of {', '.join(makers)}")
    return "The effects of the model cannot be told apart in these data. Leave some of them out of the model."


def _cannot(name: str, what: str) -> str:
    return f"The effect {name} cannot be estimated: in these data it is {what}. Leave it out of the model."


def _least_squares(vectors: Floats, maps: Floats) -> Floats:
    """The coefficients of ordinary least squares; `maps` give orthonormal columns."""
    r, visits = maps.shape[3], maps.shape[1]
    with_outcome = vectors[:, :r, r : r + visits]
    return np.asarray(np.einsum("cspa,cas->p", maps, with_outcome))


def _rows(maps: Floats, ols: Floats) -> Floats:
    """Z with z_s = Z_s v, shape (arms, visits, p + 1, 1 + columns + visits)."""
    arms, visits, p, r = maps.shape
    rows = np.zeros((arms, visits, p + 1, r + visits))
    rows[:, :, :p, :r] = maps
    rows[:, :, p, :r] = -np.tensordot(maps, ols, axes=(2, 0))
    every = np.arange(visits)
    rows[:, every, p, r + every] = 1.0
    return rows


def _products(vectors: Floats, attended: Floats, rows: Floats) -> Floats:
    """The sums of z_s z_t' of each stratum, shape (strata, visits, p + 1, visits, p + 1)."""
    strata, visits, q, d = rows.shape
    tall = (rows * attended[:, :, None, None]).reshape(strata, visits * q, d)
    return np.asarray(tall @ vectors @ tall.swapaxes(1, 2)).reshape(strata, visits, q, visits, q)


def _site_sums(
    statistics: Statistics, vectors: Floats, attended: Floats, rows: Floats, block: Numbers
) -> SiteSums:
    numbers: dict[str, int] = {}
    site = np.array([numbers.setdefault(stratum.site, len(numbers)) for stratum in statistics.products])
    blocks = int(block.max()) + 1
    sums = np.einsum("csqd,cd->csq", rows, vectors[:, 0]) * attended[:, :, None]
    place = site * blocks + block
    total = len(numbers) * blocks
    return SiteSums(
        counts=_summed(vectors[:, 0, 0], place, total).reshape(len(numbers), blocks),
        sums=_summed(sums, place, total).reshape(len(numbers), blocks, *sums.shape[1:]),
    )


def _check_size(strata: Strata, p: int) -> None:
    patterns, visits = strata.attended.shape
    gigabytes = patterns * visits**2 * (p + 1) ** 2 * 8 / 1e9
    if gigabytes > MOST_GIGABYTES:
        raise NotEstimable(
            f"{visits} visits in {patterns} patterns of attendance with {p} effects would need "
            f"{gigabytes:.0f} GB of memory. Use fewer visits, or a slope in time instead of a mean for each "
            "visit."
        )


def _check_residual(vectors: Floats, products: Floats) -> None:
    visits = products.shape[1]
    total = float(np.trace(vectors.sum(axis=0)[-visits:, -visits:]))
    residual = float(np.einsum("css->", products[:, :, -1, :, -1]))
    if residual <= NO_RESIDUAL * total:
        raise NotEstimable(
            "The means of the model reproduce every value exactly, so no variation is left to estimate a "
            "variance from. Check the values; if they are right, wait for more data."
        )
