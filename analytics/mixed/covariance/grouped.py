"""The covariance of all participants: one structure for all, or one for each arm with its own parameters."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import accumulate, pairwise, product
from typing import Self

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.covariance.structure import Structure
from analytics.mixed.coverage import Coverage
from analytics.mixed.refusals import NotEstimable


class GroupedCovariance:
    """What likelihood and optimiser see: the parameters of the first arm, then those of the second, …

    Without `arms` there is one group, and names and sentences mention no arm.
    """

    def __init__(self, structures: Sequence[Structure], arms: tuple[str, ...] = ()) -> None:
        """One structure for each arm, or a single one without arms."""
        self.structures, self.arms = tuple(structures), arms
        ends = accumulate((len(structure.names) for structure in structures), initial=0)
        self._slices = tuple(slice(first, last) for first, last in pairwise(ends))
        self.names: tuple[str, ...] = tuple(
            name for g, structure in enumerate(structures) for name in self._named(g, structure.names)
        )
        self.lower: Floats = frozen(np.concatenate([structure.lower for structure in structures]))
        self.held: tuple[str, ...] = tuple(
            name for g, structure in enumerate(structures) for name in self._named(g, structure.held)
        )
        sentences = (self._said(g, structure.boundary) for g, structure in enumerate(structures))
        self.boundary: str = " ".join(filter(None, sentences))

    @classmethod
    @lru_cache(maxsize=32)  # it depends on no value, so one object serves all data of a shape
    def of(
        cls,
        structure: type[Structure],
        visits: tuple[str, ...],
        times: tuple[float, ...] = (),
        arms: tuple[str, ...] = (),
    ) -> Self:
        """The same structure for each arm, or one for all without arms.

        Raises InputRefused when the structure needs times and there are none.
        """
        return cls([structure(visits, times) for _ in arms or ("",)], arms)

    def sigma(self, theta: Floats) -> Floats:
        """Shape (groups, visits, visits)."""
        sigmas = [structure.sigma(part) for structure, part in self._parts(theta)]
        return sigmas[0][None] if len(sigmas) == 1 else np.stack(sigmas)

    def derivatives(self, theta: Floats) -> Floats:
        """Shape (parameters, groups, visits, visits)."""
        blocks = [structure.derivatives(part) for structure, part in self._parts(theta)]
        if len(blocks) == 1:
            return blocks[0][:, None]
        derivatives = np.zeros((len(theta), len(blocks), *blocks[0].shape[-2:]))
        for g, (block, own) in enumerate(zip(blocks, self._slices, strict=True)):
            derivatives[own, g] = block
        return derivatives

    def second_derivatives(self, theta: Floats) -> Floats | None:
        """Shape (parameters, parameters, groups, visits, visits); None when all are zero."""
        blocks = [structure.second_derivatives(part) for structure, part in self._parts(theta)]
        shapes = {block.shape[-2:] for block in blocks if block is not None}
        if not shapes:
            return None
        second = np.zeros((len(theta), len(theta), len(blocks), *shapes.pop()))
        for g, (block, own) in enumerate(zip(blocks, self._slices, strict=True)):
            if block is not None:
                second[own, own, g] = block
        return second

    def admits(self, theta: Floats) -> bool:
        """Whether theta lies within the bounds of every group."""
        return all(structure.admits(part) for structure, part in self._parts(theta))

    def start(self, moments: Floats) -> Floats:
        """A valid theta near the pairwise residual covariances, shape (groups, visits, visits).

        Raises NotEstimable, naming the arm, when `moments` leaves a variance without any residual.
        """
        starts = []
        for g, (structure, own) in enumerate(zip(self.structures, moments, strict=True)):
            with self._naming(g):
                starts.append(structure.start(own))
        return np.concatenate(starts)

    def check(self, coverages: Sequence[Coverage]) -> None:
        """Raises NotEstimable, naming the arm, when its participants cannot tell the parameters apart."""
        for g, (structure, coverage) in enumerate(zip(self.structures, coverages, strict=True)):
            with self._naming(g):
                structure.check(coverage)

    def beyond(self, theta: Floats) -> "tuple[GroupedCovariance, ...]":
        """To be fitted instead, where this optimum lies outside the model: every choice of a boundary for the
        arms outside. Empty where theta belongs to the model.

        What was fitted instead can itself be outside in another arm; ask again.
        """
        own = [structure.beyond(part) for structure, part in self._parts(theta)]
        if not any(own):
            return ()
        choices = (found or (same,) for found, same in zip(own, self.structures, strict=True))
        return tuple(GroupedCovariance(choice, self.arms) for choice in product(*choices))

    def reported(self, theta: Floats) -> tuple[tuple[str, ...], Floats]:
        """Names and values of the parameters for the reader."""
        groups = [structure.reported(part) for structure, part in self._parts(theta)]
        names = tuple(name for g, (own, _) in enumerate(groups) for name in self._named(g, own))
        return names, np.concatenate([values for _, values in groups])

    def _parts(self, theta: Floats) -> list[tuple[Structure, Floats]]:
        return [(structure, theta[own]) for structure, own in zip(self.structures, self._slices, strict=True)]

    def _named(self, g: int, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{name} ({self.arms[g]})" for name in names) if self.arms else names

    def _said(self, g: int, sentence: str) -> str:
        if not sentence or not self.arms:
            return sentence
        return f"In arm {self.arms[g]}, {sentence[0].lower()}{sentence[1:]}"

    @contextmanager
    def _naming(self, g: int) -> Iterator[None]:
        """Puts the arm in front of a refusal."""
        try:
            yield
        except NotEstimable as refusal:
            raise NotEstimable(self._said(g, str(refusal))) from refusal
