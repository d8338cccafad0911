"""Eligibility criteria, and the verdict they give.

Rule: a participant is eligible if and only if every inclusion criterion is met and no exclusion
criterion is present. Where it may, "not applicable" counts as not present. There are no waivers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from trial.protocol.marker import N_
from trial.protocol.validation import require, require_unique

Answer: TypeAlias = str | None


@dataclass(frozen=True)
class Criterion:
    """One criterion; `code` is the CDISC test code (IETESTCD)."""

    code: str
    kind: Literal["inclusion", "exclusion"]
    label: str
    # Whether "not applicable" is an answer, and speaks for the participant.
    may_be_na: bool = False

    def __post_init__(self) -> None:
        prefix = "INCL" if self.kind == "inclusion" else "EXCL"
        require(self.code.startswith(prefix), f"Criterion {self.code} must start with {prefix}.")

    @property
    def item(self) -> str:
        """The name of the item that holds the answer."""
        return self.code.lower()

    @property
    def wanted(self) -> str:
        """The answer an eligible participant has: Y for inclusion, N for exclusion."""
        return "Y" if self.kind == "inclusion" else "N"

    @property
    def admitted(self) -> tuple[str, ...]:
        """The answers that speak for the participant."""
        return (self.wanted, "NA") if self.may_be_na else (self.wanted,)


@dataclass(frozen=True)
class Verdict:
    """The outcome of screening; `eligible` is None while a criterion is unanswered."""

    eligible: bool | None
    failed: tuple[Criterion, ...]
    unanswered: tuple[Criterion, ...]

    @property
    def code(self) -> str | None:
        return None if self.eligible is None else ("Y" if self.eligible else "N")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why not, one sentence for each failed criterion."""
        return tuple(reason_for(criterion) for criterion in self.failed)


def reason_for(criterion: Criterion) -> str:
    """Say in words that a criterion failed."""
    what = "is not met" if criterion.kind == "inclusion" else "is present"
    return f"{criterion.code} {what}: {criterion.label}."


# The publication states the first four of inclusion and the first two of exclusion, and says that there are
# more. The others are settings of this study.
PILOT_CRITERIA = (
    Criterion("INCL01", "inclusion", N_("Lumbar surgery at least 6 months before consent")),
    Criterion("INCL02", "inclusion", N_("Low back pain only, without radiation to the lower limbs")),
    Criterion("INCL03", "inclusion", N_("Pain persists despite conservative treatment")),
    Criterion(
        "INCL04",
        "inclusion",
        N_("Inadequate relief from an ultrasound-guided bilateral L3-4 medial branch block"),
    ),
    Criterion("INCL05", "inclusion", N_("At least 18 years old")),
    Criterion("INCL06", "inclusion", N_("Pain for at least 3 months")),
    Criterion("INCL07", "inclusion", N_("Average pain of at least 4 at screening")),
    Criterion("EXCL01", "exclusion", N_("Lumbar disc herniation on MRI")),
    Criterion("EXCL02", "exclusion", N_("Spinal canal stenosis on MRI")),
    Criterion("EXCL03", "exclusion", N_("Local or systemic infection")),
    Criterion("EXCL04", "exclusion", N_("Coagulopathy, or an anticoagulant that cannot be stopped")),
    Criterion("EXCL05", "exclusion", N_("Allergy to a local anaesthetic, a steroid or iodinated contrast")),
    Criterion("EXCL06", "exclusion", N_("Pregnancy or breast-feeding"), may_be_na=True),
    Criterion("EXCL07", "exclusion", N_("Uncontrolled diabetes")),
    Criterion("EXCL08", "exclusion", N_("Spinal injection or systemic steroid in the last 3 months")),
    Criterion(
        "EXCL09", "exclusion", N_("Red flag: tumour, fracture, cauda equina syndrome, progressive deficit")
    ),
    Criterion("EXCL10", "exclusion", N_("Another confirmed source of the pain (sacroiliac joint, hip)")),
    Criterion("EXCL11", "exclusion", N_("Cannot complete the questionnaires")),
    Criterion("EXCL12", "exclusion", N_("Another interventional trial in the last 30 days")),
)
require_unique([criterion.code for criterion in PILOT_CRITERIA], "Criteria")


def verdict(answers: Mapping[str, Answer], criteria: tuple[Criterion, ...] = PILOT_CRITERIA) -> Verdict:
    """Judge the answers, given by item name (`incl01` → "Y" or "N").

    One failed criterion decides at once; otherwise every criterion must be answered.
    """
    failed = tuple(c for c in criteria if answers.get(c.item) not in (None, *c.admitted))
    unanswered = tuple(c for c in criteria if answers.get(c.item) is None)
    eligible = False if failed else (None if unanswered else True)
    return Verdict(eligible=eligible, failed=failed, unanswered=unanswered)
