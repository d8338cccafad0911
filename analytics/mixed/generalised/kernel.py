"""What a distribution says of one participant, given the random intercept: rows of linear predictors.

The likelihood of a cell (participants who contribute the same) given u is
    exp( total σu + sum over rows r of f_r(η_r) ),   η_r = x_r'δ + σu,
and a part without u that is the same for whatever u: `linear`'δ and `apart(δ)`. The quadrature needs f and
its first three derivatives, and nothing else of the distribution.
"""

from typing import NamedTuple, Protocol

from analytics.mixed.arrays import Floats


class Slopes(NamedTuple):
    """f and its derivatives with respect to η, each of the shape of η."""

    value: Floats
    first: Floats
    second: Floats
    third: Floats


class Apart(NamedTuple):
    """A part of the log-likelihood of all participants in which no random intercept stands."""

    value: float
    gradient: Floats
    hessian: Floats


class Kernel(Protocol):
    """`rows` (cells, rows, coefficients), `counts` and `total` (cells,), `linear` (coefficients,).

    `sign` is -1 where a larger u means a smaller value. `shaped` says whether the distribution has a shape,
    whose logarithm is the last parameter.
    """

    @property
    def rows(self) -> Floats: ...
    @property
    def counts(self) -> Floats: ...
    @property
    def total(self) -> Floats: ...
    @property
    def linear(self) -> Floats: ...
    @property
    def shaped(self) -> bool: ...

    def start(self) -> Floats:
        """Coefficients from which the search begins, then the log shape if there is one."""
        ...

    def admits(self, coefficients: Floats) -> bool:
        """Whether the distribution exists at these coefficients."""
        ...

    def apart(self, coefficients: Floats) -> Apart: ...

    def slopes(self, eta: Floats, shape: float) -> Slopes:
        """`eta` (cells, nodes, rows)."""
        ...

    def by_shape(self, eta: Floats, shape: float) -> tuple[Floats, Floats]:
        """First and second derivative of f by the log shape, each of the shape of `eta`."""
        ...
