"""The study: everything declared, in one frozen object."""

from dataclasses import dataclass
from datetime import date

from trial.protocol.analyses import PILOT_ANALYSES, Analysis
from trial.protocol.arms import PILOT_ARMS, Arm
from trial.protocol.criteria import PILOT_CRITERIA, Criterion
from trial.protocol.marker import N_
from trial.protocol.schedule import PILOT_SCHEDULE, Schedule
from trial.protocol.supplements import PILOT_SUPPLEMENTS, Supplement
from trial.protocol.thresholds import PILOT_THRESHOLDS, Thresholds
from trial.protocol.verification import PILOT_VERIFICATION, VerificationPlan


@dataclass(frozen=True)
class ConsentVersion:
    """A version of the consent form: its languages, and when it was approved and superseded."""

    version: str
    languages: tuple[str, ...]
    approved_on: date
    superseded_on: date | None = None


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
    supplements: tuple[Supplement, ...]
    notes: tuple[str, ...]
    # Version of CDISC controlled terminology that the codelists follow.
    ct_version: str
    consent_versions: tuple[ConsentVersion, ...]
    thresholds: Thresholds
    verification: VerificationPlan

    def analysis(self, outcome: str) -> Analysis | None:
        """The declared analysis of an outcome, or None."""
        return next((analysis for analysis in self.analyses if analysis.outcome == outcome), None)

    def supplement(self, outcome: str) -> Supplement | None:
        """What is declared beside the analysis of an outcome, or None."""
        return next((each for each in self.supplements if each.outcome == outcome), None)

    def consent_version(self, version: str) -> ConsentVersion | None:
        """The version of the consent form with this name, or None."""
        return next((each for each in self.consent_versions if each.version == version), None)

    def consent_version_on(self, day: date) -> ConsentVersion | None:
        """The newest version of the consent form in use on a day, or None."""
        used = [
            each
            for each in self.consent_versions
            if each.approved_on <= day and (each.superseded_on is None or day < each.superseded_on)
        ]
        return max(used, key=lambda each: each.approved_on, default=None)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return tuple(analysis.outcome for analysis in self.analyses)


STUDY = Study(
    code="TLFI-PILOT",
    title=N_("Thoracolumbar fascia injection for low back pain after lumbar surgery"),
    protocol_version="2.0",
    arms=PILOT_ARMS,
    criteria=PILOT_CRITERIA,
    schedule=PILOT_SCHEDULE,
    analyses=PILOT_ANALYSES,
    supplements=PILOT_SUPPLEMENTS,
    notes=(
        N_(
            "The pilot's summary names follow-up at weeks 1, 2 and 12, its abstract at weeks 1, 4 and 12. "
            "This schedule follows weeks 1, 2 and 12; week 4 is declared and switched off."
        ),
        N_(
            "Visit tolerances, drugs, doses and needle sizes are settings of this demonstration: "
            "the publication states none of them."
        ),
        N_("Lumbar flexion is measured in person only; a visit by telephone records it as not done."),
    ),
    ct_version="SDTM CT 2026-03-27",
    # Synthetic: the publication names no version.
    consent_versions=(ConsentVersion("1.0", ("en", "zh"), approved_on=date(2021, 4, 1)),),
    thresholds=PILOT_THRESHOLDS,
    verification=PILOT_VERIFICATION,
)
