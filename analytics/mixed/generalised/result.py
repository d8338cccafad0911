"""The result of a generalised fit: coefficients on the scale of the link, means and changes in points."""

from dataclasses import dataclass

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.estimate import Estimate, Label, students
from analytics.mixed.generalised.margins import Margin
from analytics.mixed.generalised.responses import Responses
from analytics.mixed.generalised.spec import GeneralisedSpec
from analytics.mixed.refusals import InputRefused


@dataclass(frozen=True, eq=False)
class GeneralisedResult:
    """Numbers are to be used only when `converged`; `warnings` are sentences for the reader.

    `parameters` (names) with their covariance `vcov`, the inverse of the observed information: thresholds and
    coefficients on the scale of the link, `sd` of the random intercept, and the log of the shape for gamma.
    A parameter held at its bound has variance zero: it counts as known. `margin` holds the population means
    of each arm at each visit, arms first. All inference is by the normal distribution.
    """

    spec: GeneralisedSpec
    visits: tuple[str, ...]
    arms: tuple[str, ...]
    n_participants: int
    n_observations: int
    n_cells: int
    converged: bool
    iterations: int
    gradient_norm: float
    at_boundary: tuple[str, ...]
    warnings: tuple[str, ...]
    log_likelihood: float
    names: tuple[str, ...]
    parameters: Floats
    vcov: Floats
    sd: float
    shape: float | None
    margin: Margin
    responses: Responses

    def coefficients(self) -> tuple[Estimate, ...]:
        """Thresholds and coefficients. Zero is no hypothesis for a standard deviation or a shape."""
        count = len(self.names) - (1 if self.shape is None else 2)
        labels = tuple(Label("coefficient", name=name) for name in self.names[:count])
        return self._estimates(labels, self.parameters[:count], np.eye(count, len(self.names)))

    def means(self) -> tuple[Estimate, ...]:
        """The population mean of each arm at each visit, on the scale of the outcome."""
        labels = tuple(Label("mean", visit, arm) for arm in self.arms or ("",) for visit in self.visits)
        return self._estimates(labels, self.margin.value, self.margin.gradient)

    def changes(self, reference: str | None = None) -> tuple[Estimate, ...]:
        """Each visit minus the reference visit (default: the first), by arm, on the scale of the outcome."""
        rows, labels = self._change_rows(reference)
        return self._estimates(labels, rows @ self.margin.value, rows @ self.margin.gradient)

    def differences_in_change(
        self, reference: str | None = None, control: str | None = None
    ) -> tuple[Estimate, ...]:
        """Each arm's change minus that of the control arm (default: the first)."""
        if not self.arms:
            return ()
        name = self.arms[0] if control is None else control
        if name not in self.arms:
            raise InputRefused(f"The model has no arm {name!r}; its arms are {', '.join(self.arms)}.")
        changes, found = self._change_rows(reference)
        of_control = {
            label.visit: row for label, row in zip(found, changes, strict=True) if label.arm == name
        }
        others = [place for place, label in enumerate(found) if label.arm != name]
        rows = np.array([changes[place] - of_control[found[place].visit] for place in others])
        labels = tuple(
            Label("difference in change", found[place].visit, found[place].arm) for place in others
        )
        return self._estimates(labels, rows @ self.margin.value, rows @ self.margin.gradient)

    def _change_rows(self, reference: str | None) -> tuple[Floats, tuple[Label, ...]]:
        visit = self.visits[0] if reference is None else reference
        if visit not in self.visits:
            raise InputRefused(f"The model has no visit {visit!r}; its visits are {', '.join(self.visits)}.")
        base, size = self.visits.index(visit), len(self.visits)
        own = np.eye(size) - np.eye(size)[base]
        kept = np.array([place for place in range(size) if place != base], dtype=np.intp)
        arms = self.arms or ("",)
        labels = tuple(Label("change", self.visits[place], arm) for arm in arms for place in kept)
        return np.kron(np.eye(len(arms)), own[kept]), labels

    def _estimates(self, labels: tuple[Label, ...], values: Floats, rows: Floats) -> tuple[Estimate, ...]:
        if not labels:
            return ()
        variances = np.einsum("gi,ij,gj->g", rows, self.vcov, rows)
        infinite = np.full(len(labels), np.inf)
        return students(labels, values, np.sqrt(variances), infinite, self.spec.level)
