"""The study: everything declared, in one frozen object."""

from dataclasses import dataclass

from trial.protocol.analyses import PILOT_ANALYSES, Analysis
from trial.protocol.arms import PILOT_ARMS, Arm
from trial.protocol.criteria import PILOT_CRITERIA, Criterion
from trial.protocol.schedule import PILOT_SCHEDULE, Schedule


@dataclass(frozen=True)
class Study:
    """A study and the version of its protocol, which every record keeps."""

    code: str
    title: str
    protocol_version: str
    arms: tuple[Arm, ...]
    criteria: tuple[Criterion, ...]
    schedule: Schedule
    analyses: tuple[Analysis, ...]
    notes: tuple[str, ...]

    def analysis(self, outcome: str) -> Analysis | None:
        """The declared analysis of an outcome, or None."""
        return next((analysis for analysis in self.analyses if analysis.outcome == outcome), None)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return tuple(analysis.outcome for analysis in self.analyses)


STUDY = Study(
    code="TLFI-PILOT",
    title="Thoracolumbar fascia injection for low back pain after lumbar surgery",
    protocol_version="1.0",
    arms=PILOT_ARMS,
    criteria=PILOT_CRITERIA,
    schedule=PILOT_SCHEDULE,
    analyses=PILOT_ANALYSES,
    notes=(
        "The pilot's summary names follow-up at weeks 1, 2 and 12, its abstract at weeks 1, 4 and 12. "
        "This schedule follows weeks 1, 2 and 12; week 4 is declared and switched off.",
        "Visit tolerances, drugs, doses and needle sizes are settings of this demonstration: "
        "the publication states none of them.",
        "Lumbar flexion is measured in person only; a visit by telephone records it as not done.",
    ),
)
