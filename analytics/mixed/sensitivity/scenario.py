"""What is assumed about the values that are missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from analytics.mixed.marker import N_
from analytics.mixed.refusals import InputRefused

Strategy = Literal["mar", "j2r", "cr", "cir"]

STRATEGIES_IN_WORDS: Mapping[Strategy, str] = {
    "mar": N_("missing at random"),
    "j2r": N_("jump to reference"),
    "cr": N_("copy reference"),
    "cir": N_("copy increments in reference"),
}


@dataclass(frozen=True)
class Scenario:
    """How values after a participant's last visit are imputed. Those of participants who are seen at the last
    visit, or are still awaited, are missing at random; so are those before the last visit, but under "cr".

    "mar": as the model predicts from the participant's own values. "j2r": the mean jumps to that of the
    reference. "cr": the participant is taken to have belonged to the reference all along. "cir": the mean
    changes from the last visit on as the reference's does. The reference is the control arm; in a single-arm
    trial it is the level of the reference visit, at all visits.

    `delta` is added to each imputed value after the last visit, in units of the outcome, in every arm but the
    control.
    """

    strategy: Strategy = "mar"
    delta: float = 0.0

    def __post_init__(self) -> None:
        if self.strategy not in get_args(Strategy):
            raise InputRefused(
                f"strategy must be one of {', '.join(get_args(Strategy))}; got {self.strategy!r}."
            )
