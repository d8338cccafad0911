"""The declaration of a model: mean structure, covariance, method, degrees of freedom."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, get_args

from analytics.mixed.marker import N_
from analytics.mixed.refusals import InputRefused

INTERCEPT = "1"

FunctionOfVisit = Literal["constant", "visit", "time"]
CovarianceName = Literal["un", "cs", "csh", "ri", "ris", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "diag"]
Method = Literal["REML", "ML"]
DfMethod = Literal["kenward-roger", "kenward-roger-linear", "satterthwaite", "residual", "z"]
Information = Literal["observed", "expected"]

# Four different numbers under one name, by df_method and information: which one it is, and whose convention.
KENWARD_ROGER: Mapping[tuple[str, str], str] = {
    ("kenward-roger", "observed"): N_(
        "observed information, second derivatives in natural parameters (SAS DDFM=KR)"
    ),
    ("kenward-roger-linear", "observed"): N_(
        "observed information, no second derivatives (SAS DDFM=KR(LINEAR))"
    ),
    ("kenward-roger", "expected"): N_(
        "expected information, second derivatives in natural parameters (the article of 1997)"
    ),
    ("kenward-roger-linear", "expected"): N_("expected information, no second derivatives (pbkrtest in R)"),
}


def _check_choice(name: str, value: str, choices: Any) -> None:
    if value not in get_args(choices):
        raise InputRefused(f"{name} must be one of {', '.join(get_args(choices))}; got {value!r}.")


@dataclass(frozen=True)
class Term:
    """(subject column) × (arm or not) × (function of visit).

    `by` is "constant", "visit" (one level for each visit, treatment coding against the first; all levels when
    the same term without visit is not in the model) or "time" (a slope in the nominal time). With `arm` the
    effect has one level for each arm but the first. `Term()` is the intercept, `Term(by="visit")` the visits,
    `Term(arm=True, by="visit")` the interaction of arm and visit, `Term("age", by="visit")` that of a
    covariate.
    """

    column: str = INTERCEPT
    by: FunctionOfVisit = "constant"
    arm: bool = False

    def __post_init__(self) -> None:
        _check_choice("by", self.by, FunctionOfVisit)


@dataclass(frozen=True)
class ModelSpec:
    """Without arguments: visit as category, unstructured covariance, REML, Kenward–Roger, 95 % intervals.

    covariance: one of the structures of `covariance/`; with `covariance_by_arm` each arm has its own.
    `fallbacks` are tried in order when it cannot be estimated or its search does not converge; the result
    says so. df_method: "kenward-roger" (second derivatives of the covariance in natural parameters),
    "kenward-roger-linear" (without them), "satterthwaite", "residual" (n − p) or "z". `information` is that
    of the covariance parameters in Kenward–Roger; KENWARD_ROGER says which pair is whose. `times` are the
    nominal times of the visits, needed by terms in time and random slopes, and named `time_name` in the
    results. `random_site` adds a random intercept for each site.
    """

    terms: tuple[Term, ...] = (Term(), Term(by="visit"))
    covariance: CovarianceName = "un"
    covariance_by_arm: bool = False
    fallbacks: tuple[CovarianceName, ...] = ()
    method: Method = "REML"
    df_method: DfMethod = "kenward-roger"
    information: Information = "observed"
    level: float = 0.95
    times: tuple[float, ...] = ()
    time_name: str = "time"
    arm_name: str = "arm"
    random_site: bool = False

    def __post_init__(self) -> None:
        for name in (self.covariance, *self.fallbacks):
            _check_choice("covariance", name, CovarianceName)
        _check_choice("method", self.method, Method)
        _check_choice("df_method", self.df_method, DfMethod)
        _check_choice("information", self.information, Information)
        if not 0 < self.level < 1:
            raise InputRefused(f"The level must lie between 0 and 1, for example 0.95; got {self.level}.")
        if not self.terms or len(set(self.terms)) != len(self.terms):
            raise InputRefused("Declare at least one term, and each term once.")
        if len({self.covariance, *self.fallbacks}) != 1 + len(self.fallbacks):
            raise InputRefused("Declare each covariance once, as the first choice or as a fall-back.")
        if not all(isfinite(time) for time in self.times):
            raise InputRefused("The nominal times must be finite numbers.")

    @property
    def by_arm(self) -> bool:
        """Whether the model knows arms at all."""
        return self.covariance_by_arm or any(term.arm for term in self.terms)

    @property
    def kenward_roger(self) -> bool:
        return self.df_method.startswith("kenward-roger")
