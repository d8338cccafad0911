"""The declaration of a generalised model: distribution, mean structure, nodes of the quadrature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from analytics.mixed.marker import N_
from analytics.mixed.refusals import InputRefused
from analytics.mixed.spec import Term

FamilyName = Literal["binomial", "cumulative", "gamma"]

FAMILIES_IN_WORDS: Mapping[str, str] = {
    "binomial": N_("binomial with logit link"),
    "cumulative": N_("cumulative logit (proportional odds)"),
    "gamma": N_("gamma with log link"),
}
MOST_NODES = 101


@dataclass(frozen=True)
class GeneralisedSpec:
    """Without arguments but the family: visit as category, a random intercept, 11 nodes, 95 % intervals.

    "binomial": the value counts successes out of `trials`, as 0 to 10 of a numeric rating scale.
    "cumulative": the value is one of ordered categories. "gamma": the value is positive, on a log link.
    `nodes` of the adaptive Gauss–Hermite quadrature over the random intercept; 1 is Laplace's approximation.
    `terms`, `times`, `time_name` and `arm_name` mean what they mean in ModelSpec.
    """

    family: FamilyName
    trials: int = 10
    nodes: int = 11
    terms: tuple[Term, ...] = (Term(), Term(by="visit"))
    level: float = 0.95
    times: tuple[float, ...] = ()
    time_name: str = "time"
    arm_name: str = "arm"

    def __post_init__(self) -> None:
        if self.family not in get_args(FamilyName):
            raise InputRefused(
                f"family must be one of {', '.join(get_args(FamilyName))}; got {self.family!r}."
            )
        if not 1 <= self.nodes <= MOST_NODES:
            raise InputRefused(f"The nodes must be from 1 to {MOST_NODES}; got {self.nodes}.")
        if self.trials < 1:
            raise InputRefused(f"The number of trials must be 1 or more; got {self.trials}.")
        if not 0 < self.level < 1:
            raise InputRefused(f"The level must lie between 0 and 1, for example 0.95; got {self.level}.")
        if not self.terms or len(set(self.terms)) != len(self.terms):
            raise InputRefused("Declare at least one term, and each term once.")
        if self.family == "cumulative" and Term() not in self.terms:
            raise InputRefused("A cumulative logit model keeps the intercept: its thresholds stand for it.")

    @property
    def by_arm(self) -> bool:
        """Whether the model knows arms at all."""
        return any(term.arm for term in self.terms)
