"""The result of a fit: immutable, with convergence and provenance, able to state means and changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from analytics.mixed.adjustment import AdjustmentName, adjust
from analytics.mixed.arrays import Floats
from analytics.mixed.design import Design
from analytics.mixed.estimate import Estimate, Kind, Label, students
from analytics.mixed.ftest import FTest
from analytics.mixed.grid import Weighting, mean_rows
from analytics.mixed.inference import Inference
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import CovarianceName, ModelSpec
from analytics.mixed.statistics import Statistics

Adjustments = Sequence[AdjustmentName]


@dataclass(frozen=True)
class Attempt:
    """A covariance that was tried before the one that was fitted, and the sentence that says why not."""

    covariance: CovarianceName
    reason: str


@dataclass(frozen=True, eq=False)
class Result:
    """Numbers are to be used only when `converged`; `warnings` are sentences for the reader, empty when all
    is well.

    `covariance` is what was fitted, which is a fall-back when there were `attempts` before. beta (names) with
    `vcov`, and `vcov_adjusted` by Kenward and Roger (None for other methods). theta (theta_names) in natural
    parameters; sigma (groups, visits, visits), one group for each arm with a covariance by arm.
    `gradient_norm` is the square root of g'H⁻¹g of -2 log likelihood in the free parameters: the distance
    from the maximum, whatever the units. `at_boundary` names the parameters held at their bound.
    """

    spec: ModelSpec
    covariance: CovarianceName
    attempts: tuple[Attempt, ...]
    visits: tuple[str, ...]
    arms: tuple[str, ...]
    n_participants: int
    n_observations: int
    converged: bool
    iterations: int
    gradient_norm: float
    at_boundary: tuple[str, ...]
    warnings: tuple[str, ...]
    log_likelihood: float
    names: tuple[str, ...]
    beta: Floats
    vcov: Floats
    vcov_adjusted: Floats | None
    theta_names: tuple[str, ...]
    theta: Floats
    sigma: Floats
    statistics: Statistics
    design: Design
    inference: Inference

    def coefficients(self) -> tuple[Estimate, ...]:
        """Each coefficient of the design, in the order of `names`."""
        labels = tuple(Label("coefficient", name=name) for name in self.names)
        return self.contrasts(labels, np.eye(len(self.names)))

    def means(self, weighting: Weighting = "equal") -> tuple[Estimate, ...]:
        """The estimated mean of each arm at each visit (grid.py says for whom)."""
        rows = self._mean_rows if weighting == "equal" else mean_rows(self.statistics, self.design, weighting)
        return self._families(
            (tuple(Label("mean", visit, arm) for visit in self.visits), rows[a])
            for a, arm in enumerate(self.arms or ("",))
        )

    def changes(self, reference: str | None = None, adjustments: Adjustments = ()) -> tuple[Estimate, ...]:
        """Each visit minus the reference visit (default: the first), by arm; each arm is a family."""
        base, others = self._base(reference)
        rows = self._mean_rows
        return self._families(
            (
                (tuple(Label("change", self.visits[s], arm) for s in others), rows[a, others] - rows[a, base])
                for a, arm in enumerate(self.arms or ("",))
            ),
            adjustments,
        )

    def differences(self, control: str | None = None, adjustments: Adjustments = ()) -> tuple[Estimate, ...]:
        """Each arm minus the control (default: the first), by visit; the arms at a visit are a family."""
        places = list(range(len(self.visits)))
        return self._against_control("difference", self._mean_rows, places, control, adjustments)

    def differences_in_change(
        self, reference: str | None = None, control: str | None = None, adjustments: Adjustments = ()
    ) -> tuple[Estimate, ...]:
        """Each arm's change from the reference visit minus that of the control arm; families as above."""
        base, others = self._base(reference)
        rows = self._mean_rows - self._mean_rows[:, [base]]
        return self._against_control("difference in change", rows, others, control, adjustments)

    def contrasts(
        self, labels: tuple[Label, ...], rows: Floats, adjustments: Adjustments = ()
    ) -> tuple[Estimate, ...]:
        """One family of contrasts of the coefficients, rows of shape (len(labels), p).

        Refuses a row of zeros: it would have no standard error.
        """
        return self._families([(labels, rows)], adjustments)

    def test(self, rows: Floats) -> FTest:
        """The F test that all contrasts (m, p) are zero, by the declared method; their rank must be m."""
        return self.inference.test(np.atleast_2d(rows))

    @cached_property
    def _mean_rows(self) -> Floats:
        return mean_rows(self.statistics, self.design, "equal")

    def _families(
        self, families: Iterable[tuple[tuple[Label, ...], Floats]], adjustments: Adjustments = ()
    ) -> tuple[Estimate, ...]:
        """Families of contrasts, each adjusted on its own."""
        listed = [(labels, rows) for labels, rows in families if labels]
        if not listed:
            return ()
        rows = np.concatenate([rows for _, rows in listed])
        covariance = self.inference.covariance(rows)
        ses = np.sqrt(np.diag(covariance))
        if not ses.all():
            raise InputRefused(
                "A contrast in which every coefficient has weight zero has nothing to estimate."
            )
        labels = tuple(label for family, _ in listed for label in family)
        values, dfs = self.inference.estimates(rows), self.inference.dfs(rows)
        estimates = students(labels, values, ses, dfs, self.spec.level)
        if not adjustments:
            return estimates
        correlation = covariance / np.outer(ses, ses)
        ends = accumulate((len(family) for family, _ in listed), initial=0)
        return tuple(
            estimate
            for first, last in pairwise(ends)
            for estimate in self._adjusted(
                estimates[first:last], correlation[first:last, first:last], adjustments
            )
        )

    def _adjusted(
        self, family: tuple[Estimate, ...], correlation: Floats, adjustments: Adjustments
    ) -> Iterable[Estimate]:
        adjusted = adjust(
            adjustments,
            estimates=[e.estimate for e in family],
            standard_errors=[e.se for e in family],
            dfs=[e.df for e in family],
            p_values=[e.p for e in family],
            correlation=correlation,
            level=self.spec.level,
        )
        return (replace(e, adjusted=found) for e, found in zip(family, adjusted, strict=True))

    def _base(self, reference: str | None) -> tuple[int, list[int]]:
        """The place of the reference visit, and the places of the others."""
        visit = self.visits[0] if reference is None else reference
        if visit not in self.visits:
            raise InputRefused(f"The model has no visit {visit!r}; its visits are {', '.join(self.visits)}.")
        base = self.visits.index(visit)
        return base, [place for place in range(len(self.visits)) if place != base]

    def _against_control(
        self,
        kind: Kind,
        rows: Floats,
        places: list[int],
        control: str | None,
        adjustments: Adjustments,
    ) -> tuple[Estimate, ...]:
        if not self.arms:
            return ()
        name = self.arms[0] if control is None else control
        if name not in self.arms:
            raise InputRefused(f"The model has no arm {name!r}; its arms are {', '.join(self.arms)}.")
        against = self.arms.index(name)
        others = [a for a in range(len(self.arms)) if a != against]
        return self._families(
            (
                (
                    tuple(Label(kind, self.visits[s], self.arms[a]) for a in others),
                    rows[others, s] - rows[against, s],
                )
                for s in places
            ),
            adjustments,
        )
