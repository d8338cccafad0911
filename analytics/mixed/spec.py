"""The declaration of a model: mean structure, covariance, method, degrees of freedom."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args

from analytics.mixed.refusals import InputRefused

INTERCEPT = "1"

FunctionOfVisit = Literal["constant", "visit", "time"]
CovarianceName = Literal["ri", "cs", "un"]
Method = Literal["REML", "ML"]
DegreesOfFreedom = Literal["satterthwaite"]


def _check_choice(name: str, value: str, choices: Any) -> None:
    if value not in get_args(choices):
        raise InputRefused(f"{name} must be one of {', '.join(get_args(choices))}; got {value!r}.")


@dataclass(frozen=True)
class Term:
    """(subject column) × (function of visit).

    `by` is "constant", "visit" (one level for each visit, treatment coding against the first; all levels when
    the column has no constant term) or "time" (a slope in the nominal time). `Term()` is the intercept,
    `Term(by="visit")` the visits, `Term("age")` a covariate, `Term("age", by="visit")` its interaction.
    """

    column: str = INTERCEPT
    by: FunctionOfVisit = "constant"

    def __post_init__(self) -> None:
        _check_choice("by", self.by, FunctionOfVisit)


@dataclass(frozen=True)
class ModelSpec:
    """Without arguments: visit as category, unstructured covariance, REML, Satterthwaite, 95 % intervals.

    covariance: "ri" random intercept (its variance is at least zero), "cs" compound symmetry (the
    covariance may be negative), "un" unstructured. `times` are the nominal times of the visits, needed by
    terms in time and named `time_name` in the results. Intervals have `level`, unadjusted.
    """

    terms: tuple[Term, ...] = (Term(), Term(by="visit"))
    covariance: CovarianceName = "un"
    method: Method = "REML"
    degrees_of_freedom: DegreesOfFreedom = "satterthwaite"
    level: float = 0.95
    times: tuple[float, ...] = ()
    time_name: str = "time"

    def __post_init__(self) -> None:
        _check_choice("covariance", self.covariance, CovarianceName)
        _check_choice("method", self.method, Method)
        _check_choice("degrees_of_freedom", self.degrees_of_freedom, DegreesOfFreedom)
        if not 0 < self.level < 1:
            raise InputRefused(f"The level must lie between 0 and 1, for example 0.95; got {self.level}.")
        if not self.terms or len(set(self.terms)) != len(self.terms):
            raise InputRefused("Declare at least one term, and each term once.")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types only."""
        return {
            **asdict(self),
            "terms": [[term.column, term.by] for term in self.terms],
            "times": list(self.times),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        terms = tuple(Term(column, by) for column, by in stored["terms"])
        return cls(**{**stored, "terms": terms, "times": tuple(stored["times"])})
