"""What the command line said, as values with defaults."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from analytics.mixed.generalised import FamilyName
from analytics.mixed.grid import Weighting
from analytics.mixed.sensitivity import Strategy
from analytics.mixed.spec import CovarianceName, DfMethod, Information, Method

Mean = Literal["visit", "visit*arm", "slope"]
Family = Literal["gaussian"] | FamilyName

FAMILIES: tuple[Family, ...] = ("gaussian", "binomial", "cumulative", "gamma")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options that all commands share, named as on the command line."""

    data: str
    outcome: str
    participant: str
    visit: str
    visit_order: tuple[str, ...] = ()
    baseline_visit: str | None = None
    arm: str | None = None
    arm_order: tuple[str, ...] = ()
    covariate: tuple[str, ...] = ()
    time: str | None = None
    mean: Mean
    covariance: CovarianceName = "un"
    covariance_by_arm: bool = False
    random_site: str | None = None
    fallbacks: tuple[CovarianceName, ...] = ()
    method: Method = "REML"
    df: DfMethod = "kenward-roger"
    information: Information = "observed"
    level: float = 0.95
    precision: Decimal | None = None
    json: str | None = None


@dataclass(frozen=True, kw_only=True)
class FitOptions(Options):
    """Of `fit`: `nodes` and `trials` are those of generalised models, `weights` of gaussian ones."""

    family: Family = "gaussian"
    nodes: int = 11
    trials: int = 10
    weights: Weighting = "equal"


@dataclass(frozen=True, kw_only=True)
class DiagnosticsOptions(Options):
    """Of `diagnostics`, which asks nothing of its own."""


@dataclass(frozen=True, kw_only=True)
class InfluenceOptions(Options):
    """Of `influence`, which asks nothing of its own."""


@dataclass(frozen=True, kw_only=True)
class SensitivityOptions(Options):
    """Of `sensitivity`: `deltas` begin at zero and go in one direction, in units of the outcome."""

    strategies: tuple[Strategy, ...] = ("mar", "j2r", "cr", "cir")
    imputations: int = 200
    deltas: tuple[float, ...] = tuple(map(float, range(11)))
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class PowerOptions(Options):
    """Of `power`: the effect is `effect` in units of the outcome plus `share` of the change in the pilot."""

    effect: float
    share: float = 0.0
    sizes: tuple[int, ...] = (40, 80, 120)
    draws: int = 40
    trials: int = 50
    alpha: float = 0.05
    seed: int = 1
