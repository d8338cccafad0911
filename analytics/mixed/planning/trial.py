"""Simulated trials of two arms, each analysed as the next trial would be."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from analytics.mixed.column import Column
from analytics.mixed.estimate import Estimate
from analytics.mixed.fitting import fit
from analytics.mixed.planning.assumption import Assumption
from analytics.mixed.refusals import InputRefused, NotEstimable
from analytics.mixed.simulation import normal, rounded
from analytics.mixed.spec import CovarianceName, ModelSpec, Term
from analytics.mixed.statistics import Statistics

CONTROL, ACTIVE = "control", "active"
BASELINE = "baseline"
FEWEST = 4
ONCE = (Term(), Term(BASELINE), Term(arm=True))
REPEATED = (*ONCE, Term(by="visit"), Term(BASELINE, by="visit"), Term(by="visit", arm=True))


@dataclass(frozen=True)
class Plan:
    """The next trial: two arms of equal size; the outcome at each visit after the first by baseline, visit,
    arm and arm × visit; Kenward–Roger; and a two-sided test of the arms at the last visit at level `alpha`.

    `precision` is the unit of recording, to which values are rounded.
    """

    visits: tuple[str, ...]
    precision: Decimal
    alpha: float = 0.05
    covariance: CovarianceName = "un"
    fallbacks: tuple[CovarianceName, ...] = ("toeph", "cs")

    def __post_init__(self) -> None:
        if len(self.visits) < 2:
            raise InputRefused("A plan needs the baseline and at least one visit after it.")
        if not 0 < self.alpha < 1:
            raise InputRefused(f"The level must lie between 0 and 1, for example 0.05; got {self.alpha}.")

    @property
    def spec(self) -> ModelSpec:
        """The model of each simulated trial."""
        follow_up = len(self.visits) - 1
        return ModelSpec(
            terms=REPEATED if follow_up > 1 else ONCE,
            covariance=self.covariance,
            fallbacks=self.fallbacks if follow_up > 1 else (),
            level=1 - self.alpha,
        )


@dataclass(frozen=True)
class Tally:
    """Of `trials` simulated for one assumption and size, how many found the effect and how many could not be
    analysed; the latter count as not finding it.
    """

    participants: int
    trials: int
    found: int
    failed: int


def simulate(
    plan: Plan, assumption: Assumption, participants: int, trials: int, rng: np.random.Generator
) -> Tally:
    """Deterministic for a generator's state. `participants` are those of both arms together."""
    if participants < FEWEST or participants % 2:
        raise InputRefused(f"A trial of two equal arms needs an even number of at least {FEWEST}.")
    found = failed = 0
    for _ in range(trials):
        difference = _difference(plan, assumption, participants, rng)
        failed += difference is None
        found += difference is not None and difference.p < plan.alpha
    return Tally(participants, trials, found, failed)


def _difference(
    plan: Plan, assumption: Assumption, participants: int, rng: np.random.Generator
) -> Estimate | None:
    """Of the arms at the last visit; None where no model can be fitted."""
    try:
        result = fit(_trial(plan, assumption, participants, rng), plan.spec)
    except NotEstimable:
        return None
    if not result.converged:
        return None
    return next(each for each in result.differences() if each.label.visit == plan.visits[-1])


def _trial(plan: Plan, assumption: Assumption, participants: int, rng: np.random.Generator) -> Statistics:
    """As recorded: whole multiples of the precision, missing after dropout; at random to the arms."""
    arms = np.arange(participants) % 2
    drawn = assumption.means + normal(rng, participants, assumption.sigma)
    drawn[:, 1:] += assumption.effect * arms[:, None]
    values = rounded(drawn, plan.precision)
    stays = rng.random(participants)[:, None] < assumption.stays
    return Statistics.from_arrays(
        visits=plan.visits[1:],
        precision=plan.precision,
        outcomes=np.where(stays, values, np.nan)[:, 1:],
        columns=(Column(BASELINE, plan.precision),),
        covariates=values[:, :1],
        arms=(CONTROL, ACTIVE),
        arm_numbers=arms,
    )
