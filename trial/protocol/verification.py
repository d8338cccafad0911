"""Which answers a monitor compares with their source: the risk-based plan, declared beside the protocol.

Critical answers are compared for everybody. Of a sample of participants every answer is; who belongs to it
follows from the seed and the code of the participant alone, so that it is the same wherever it is asked and
does not move when somebody joins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from trial.protocol.marker import N_
from trial.protocol.validation import require, require_unique


class Extent(StrEnum):
    """How much of a form is compared."""

    ALL = N_("every answer")
    CRITICAL = N_("critical answers")


@dataclass(frozen=True)
class VerificationPlan:
    """What is compared with its source.

    `critical` names items by form, those of a group as `side.level`. `sampled` is the extent for the share
    `fraction` of participants, `others` that for everybody else; both ALL is a verification of everything,
    both CRITICAL one of the critical items only. `forms` are those whose extent is the same for everybody.
    """

    seed: str
    fraction: Decimal
    critical: Mapping[str, tuple[str, ...]]
    sampled: Extent = Extent.ALL
    others: Extent = Extent.CRITICAL
    forms: Mapping[str, Extent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(0 <= self.fraction <= 1, "Verification: the fraction must lie between 0 and 1.")
        require(bool(self.seed), "Verification: the sample needs a seed.")
        for form, items in self.critical.items():
            require_unique(list(items), f"Verification: items of {form}")

    def is_sampled(self, participant: str) -> bool:
        """Whether a participant, by code, belongs to the sample."""
        digest = sha256(f"{self.seed}:{participant}".encode()).digest()
        return int.from_bytes(digest[:8]) < self.fraction * 2**64

    def extent(self, participant: str, form: str) -> Extent:
        """How much of a form of a participant is compared."""
        return self.forms.get(form) or (self.sampled if self.is_sampled(participant) else self.others)

    def is_critical(self, form: str, path: str) -> bool:
        """Whether an item, by its path in a record, is critical."""
        return declared(path) in self.critical.get(form, ())

    def requires(self, participant: str, form: str, path: str) -> bool:
        """Whether an answer of a participant, by its path in a record, is to be compared."""
        return self.extent(participant, form) is Extent.ALL or self.is_critical(form, path)


def declared(path: str) -> str:
    """The item that a path names, without the key of its row: `side.level` of `side.LEFT.level`."""
    group, _dot, rest = path.partition(".")
    return f"{group}.{rest.rpartition('.')[2]}" if rest else path


# Configuration of this demonstration: the publication tells of no monitoring. The critical answers are the
# consent, what the injection was, whether an event was serious, and the primary outcome; a fifth of the
# participants is compared whole.
PILOT_VERIFICATION = VerificationPlan(
    seed="TLFI-PILOT verification 1",
    fraction=Decimal("0.2"),
    critical={
        "consent": ("dsstdat_ic", "icver", "iclar", "reconsent.recdat", "reconsent.recver"),
        "pain": ("nrs_avg24",),
        "injection": (
            "injperf",
            "injreasnd",
            "injdat",
            "side.sidedone",
            "side.sidereasnd",
            "side.level",
            "side.convol",
            "drug.lat",
            "drug.ectrt",
            "drug.ecstrn",
            "drug.ecvol",
            "complication.cpoccur",
        ),
        "adverse_event": (
            "aeterm",
            "aestdat",
            "aetoxgr",
            "aeser",
            "aesdth",
            "aeslife",
            "aeshosp",
            "aesdisab",
            "aescong",
            "aesmie",
            "aerel",
            "aeout",
        ),
        "withdrawal": ("wddat", "wddecod"),
        "study_end": ("secomp", "sedat"),
    },
    # Who may be treated is decided there: each criterion counts.
    forms={"eligibility": Extent.ALL},
)
