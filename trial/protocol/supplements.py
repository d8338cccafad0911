"""What is asked of each outcome beside its declared analysis: other models, other assumptions about missing
values, responders, and the size of the next trial. Declared beforehand; nobody clicks them together.
"""

from dataclasses import dataclass
from typing import Literal

from trial.protocol.analyses import PILOT_ANALYSES, Covariance
from trial.protocol.marker import N_
from trial.protocol.validation import require, require_unique

# What the engine offers (a test holds that it does).
Family = Literal["binomial", "cumulative", "gamma"]
Strategy = Literal["mar", "j2r", "cr", "cir"]
Comparator = Literal["completers", "locf"]


@dataclass(frozen=True)
class Responder:
    """Who improved by at least so many units of the outcome, or by this share of the value at the reference
    visit, is a responder.
    """

    units: int
    percent: int


@dataclass(frozen=True)
class NextTrial:
    """Two arms of equal size, compared at the last visit.

    `effect` is the difference worth finding, in units of the outcome towards improvement; `source` says who
    states it. Power is simulated for each of `sizes` (both arms together), `trials` times for each of `draws`
    of what the data leave possible; `powers` are those for which a size is wanted.
    """

    effect: float
    source: str
    sizes: tuple[int, ...] = (40, 80, 120, 180, 260)
    draws: int = 40
    trials: int = 20
    alpha: float = 0.05
    powers: tuple[float, ...] = (0.8, 0.9)


@dataclass(frozen=True)
class Supplement:
    """Of one outcome. `deltas` are in units of the outcome, towards worse, and begin at zero.

    `imputations` are combined by Rubin's rules; quadratures have `nodes`, the binomial model `trials`.
    """

    outcome: str
    responder: Responder | None
    deltas: tuple[float, ...]
    next_trial: NextTrial
    families: tuple[Family, ...] = ()
    covariances: tuple[Covariance, ...] = ("cs", "ar1h")
    strategies: tuple[Strategy, ...] = ("mar", "j2r", "cr", "cir")
    comparators: tuple[Comparator, ...] = ("completers", "locf")
    imputations: int = 100
    nodes: int = 11
    trials: int = 10

    def __post_init__(self) -> None:
        name = f"Supplement of {self.outcome}"
        require(self.deltas[:1] == (0.0,), f"{name}: the deltas begin at zero.")
        require(list(self.deltas) == sorted(set(self.deltas)), f"{name}: the deltas rise.")
        require(self.imputations >= 2, f"{name}: two imputations at least.")
        for size in self.next_trial.sizes:
            require(size % 2 == 0 and size >= 4, f"{name}: {size} cannot be two equal arms.")


def _steps(step: float, count: int) -> tuple[float, ...]:
    return tuple(step * number for number in range(count + 1))


# The publication states no difference worth finding.
OF_DEMONSTRATION = N_("a setting of this demonstration, since the publication of the pilot states none")

PILOT_SUPPLEMENTS = (
    Supplement(
        outcome="pain",
        responder=Responder(units=2, percent=30),
        deltas=_steps(0.5, 20),
        families=("binomial", "cumulative"),
        next_trial=NextTrial(effect=1.0, source=OF_DEMONSTRATION),
    ),
    Supplement(
        outcome="motion",
        responder=None,
        deltas=_steps(2.5, 20),
        next_trial=NextTrial(effect=5.0, source=OF_DEMONSTRATION),
    ),
    Supplement(
        outcome="disability",
        responder=Responder(units=10, percent=30),
        deltas=_steps(2.5, 20),
        families=("gamma",),
        covariances=("cs",),
        next_trial=NextTrial(effect=5.0, source=OF_DEMONSTRATION),
    ),
)
require_unique([each.outcome for each in PILOT_SUPPLEMENTS], "Supplements")
for _supplement in PILOT_SUPPLEMENTS:
    _named = {analysis.outcome: analysis for analysis in PILOT_ANALYSES}
    require(_supplement.outcome in _named, f"Supplement of {_supplement.outcome}: no analysis is declared.")
    require(
        _named[_supplement.outcome].covariance not in _supplement.covariances,
        f"Supplement of {_supplement.outcome}: its covariances are others than the declared one.",
    )
