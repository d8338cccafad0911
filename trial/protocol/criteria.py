"""Eligibility criteria, and the verdict they give.

Rule: a participant is eligible if and only if every inclusion criterion is met and no exclusion
criterion is present. There are no waivers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from trial.protocol.validation import require, require_unique

Answer: TypeAlias = str | None


@dataclass(frozen=True)
class Criterion:
    """One criterion; `code` is the CDISC test code (IETESTCD)."""

    code: str
    kind: Literal["inclusion", "exclusion"]
    label: str

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


PILOT_CRITERIA = (
    Criterion("INCL01", "inclusion", "Lumbar surgery at least 6 months before consent"),
    Criterion("INCL02", "inclusion", "Low back pain only, without radiation to the lower limbs"),
    Criterion("INCL03", "inclusion", "Pain persists despite conservative treatment"),
    Criterion(
        "INCL04",
        "inclusion",
        "Inadequate relief from an ultrasound-guided bilateral L3-4 medial branch block",
    ),
    Criterion("EXCL01", "exclusion", "Lumbar disc herniation on MRI"),
    Criterion("EXCL02", "exclusion", "Spinal canal stenosis on MRI"),
)
require_unique([criterion.code for criterion in PILOT_CRITERIA], "Criteria")


def verdict(answers: Mapping[str, Answer], criteria: tuple[Criterion, ...] = PILOT_CRITERIA) -> Verdict:
    """Judge the answers, given by item name (`incl01` → "Y" or "N").

    One failed criterion decides at once; otherwise every criterion must be answered.
    """
    failed = tuple(c for c in criteria if answers.get(c.item) not in (None, c.wanted))
    unanswered = tuple(c for c in criteria if answers.get(c.item) is None)
    eligible = False if failed else (None if unanswered else True)
    return Verdict(eligible=eligible, failed=failed, unanswered=unanswered)
