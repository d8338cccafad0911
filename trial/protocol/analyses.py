"""The declared analysis of each outcome. Nobody types a formula into a screen."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from trial.protocol.marker import N_
from trial.protocol.schedule import PILOT_SCHEDULE, Schedule
from trial.protocol.validation import require, require_unique

# What the engine offers (a test holds that it does); analytics/mixed/spec.py says what each of them is.
Covariance = Literal["un", "cs", "csh", "ri", "ris", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "diag"]
DfMethod = Literal["kenward-roger", "kenward-roger-linear", "satterthwaite", "residual", "z"]
Information = Literal["observed", "expected"]
Adjustment = Literal["multivariate-t", "holm", "bonferroni", "fixed-sequence"]


@dataclass(frozen=True)
class Analysis:
    """A mixed model for repeated measures of one item, `visit` as a categorical mean.

    `precision` is the unit in which the item is recorded; sums over participants are exact in it.
    `improves` says which direction is better for the participant. `fallbacks` are the covariances that are
    fitted, in this order, where the declared one cannot be. `information` is that of the covariance
    parameters in Kenward–Roger. The `adjustment` is over the changes from the reference visit.
    """

    outcome: str
    title: str
    form: str
    item: str
    unit: str
    precision: Decimal
    scale: tuple[int, int]
    improves: Literal["down", "up"]
    visits: tuple[str, ...]
    reference: str = "BL"
    covariance: Covariance = "un"
    fallbacks: tuple[Covariance, ...] = ("toeph", "ar1h", "cs")
    method: Literal["reml", "ml"] = "reml"
    df_method: DfMethod = "kenward-roger"
    information: Information = "observed"
    adjustment: Adjustment = "multivariate-t"
    level: float = 0.95

    def __post_init__(self) -> None:
        require(self.reference in self.visits, f"Analysis {self.outcome}: the reference is no visit of it.")
        require(0 < self.level < 1, f"Analysis {self.outcome}: the level must lie between 0 and 1.")
        require_unique([*self.covariances], f"Analysis {self.outcome}: covariances")

    def validate_against(self, schedule: Schedule) -> None:
        """Raise ProtocolError when a visit does not collect the form, or has no day for a random slope."""
        for code in self.visits:
            visit = schedule.visit(code)
            collects = visit is not None and self.form in visit.forms
            require(collects, f"Analysis {self.outcome}: visit {code} does not collect {self.form}.")
            timed = "ris" not in self.covariances or (visit is not None and visit.offset is not None)
            require(timed, f"Analysis {self.outcome}: a random slope needs the planned day of {code}.")

    @property
    def covariances(self) -> tuple[Covariance, ...]:
        """In the order in which they are tried."""
        return (self.covariance, *self.fallbacks)


PILOT_ANALYSES = (
    Analysis(
        outcome="pain",
        title=N_("Pain intensity"),
        form="pain",
        item="nrs_avg24",
        unit=N_("points"),
        precision=Decimal(1),
        scale=(0, 10),
        improves="down",
        visits=("BL", "W1", "W2", "W12"),
    ),
    Analysis(
        outcome="motion",
        title=N_("Lumbar flexion"),
        form="motion",
        item="rom_mean",
        unit=N_("degrees"),
        precision=Decimal("0.1"),
        scale=(0, 120),
        improves="up",
        visits=("BL", "W1", "W2", "W12"),
    ),
    Analysis(
        outcome="disability",
        title=N_("Disability"),
        form="disability",
        item="odi_pct",
        unit="%",
        precision=Decimal("0.1"),
        scale=(0, 100),
        improves="down",
        visits=("BL", "W12"),
    ),
)
require_unique([analysis.outcome for analysis in PILOT_ANALYSES], "Analyses")
for _analysis in PILOT_ANALYSES:
    _analysis.validate_against(PILOT_SCHEDULE)
