"""The result of a fit: immutable, with convergence and provenance, able to state means and changes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from analytics.mixed.arrays import Floats, frozen
from analytics.mixed.estimate import Estimate
from analytics.mixed.holm import holm
from analytics.mixed.inference import Inference
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import ModelSpec

_ARRAYS = ("beta", "vcov", "theta", "sigma", "mean_rows")
_NAMES = ("visits", "names", "theta_names", "at_boundary", "messages")


@dataclass(frozen=True, eq=False)
class Result:
    """Numbers are to be used only when `converged`; `messages` are sentences for the reader, empty when all
    is well.

    beta (names), vcov of beta; theta (theta_names) in natural parameters; sigma (visits, visits).
    `gradient_norm` is the largest derivative of -2 log likelihood with respect to a free parameter, times
    the mean variance. `at_boundary` names the parameters held at their bound. `mean_rows` gives, for each
    visit, the mean at the average of the subject columns as a combination of beta. `data_digest` is that of
    the statistics.
    """

    spec: ModelSpec
    visits: tuple[str, ...]
    n_participants: int
    n_observations: int
    data_digest: str
    converged: bool
    iterations: int
    gradient_norm: float
    at_boundary: tuple[str, ...]
    messages: tuple[str, ...]
    log_likelihood: float
    names: tuple[str, ...]
    beta: Floats
    vcov: Floats
    theta_names: tuple[str, ...]
    theta: Floats
    sigma: Floats
    mean_rows: Floats
    inference: Inference

    def means(self) -> tuple[Estimate, ...]:
        """The estimated mean at each visit, subject columns at their average over the participants."""
        rows = zip(self.visits, self.mean_rows, strict=True)
        return tuple(self.inference.estimate("mean", visit, row, self.spec.level) for visit, row in rows)

    def changes(self, reference: str | None = None) -> tuple[Estimate, ...]:
        """Each visit minus the reference visit (default: the first); p_adjusted is Holm's over these
        changes.
        """
        base = self._position(reference if reference is not None else self.visits[0])
        estimates = [
            self.inference.estimate("change", visit, row - self.mean_rows[base], self.spec.level)
            for position, (visit, row) in enumerate(zip(self.visits, self.mean_rows, strict=True))
            if position != base
        ]
        adjusted = holm([estimate.p for estimate in estimates])
        return tuple(replace(e, p_adjusted=p) for e, p in zip(estimates, adjusted, strict=True))

    def coefficients(self) -> dict[str, Estimate]:
        """Each coefficient of the design by its name."""
        rows = zip(self.names, np.eye(len(self.names)), strict=True)
        return {
            name: self.inference.estimate("coefficient", None, row, self.spec.level) for name, row in rows
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types only; `from_dict` restores a result that answers the same."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        arrays = {name: plain[name].tolist() for name in _ARRAYS}
        names = {name: list(plain[name]) for name in _NAMES}
        return plain | arrays | names | {"spec": self.spec.to_dict(), "inference": self.inference.to_dict()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        arrays = {name: frozen(stored[name]) for name in _ARRAYS}
        names = {name: tuple(stored[name]) for name in _NAMES}
        spec = ModelSpec.from_dict(stored["spec"])
        inference = Inference.from_dict(stored["inference"])
        return cls(**{**stored, **arrays, **names, "spec": spec, "inference": inference})

    def _position(self, visit: str) -> int:
        if visit not in self.visits:
            raise InputRefused(f"The model has no visit {visit!r}; its visits are {', '.join(self.visits)}.")
        return self.visits.index(visit)
