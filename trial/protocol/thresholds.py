"""The numbers of the protocol that edit checks and the evidence for criteria compare with."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Thresholds:
    """Settings of a study, each in the unit that its name says."""

    # A block with less relief than this had no adequate effect.
    relief_percent: Decimal
    # More than this of all steroids together is asked about.
    steroid_mg: Decimal
    months_after_surgery: int
    youngest: int
    oldest_usual: int
    months_of_pain: int
    pain_at_screening: int
    months_after_injection: int
    highest_inr: Decimal
    fewest_platelets: int
    highest_hba1c: Decimal
    # How old a pregnancy test may be when the criteria are judged.
    days_of_pregnancy_test: int


# The pilot's publication states none of these but the six months after surgery.
PILOT_THRESHOLDS = Thresholds(
    relief_percent=Decimal(50),
    steroid_mg=Decimal(80),
    months_after_surgery=6,
    youngest=18,
    oldest_usual=85,
    months_of_pain=3,
    pain_at_screening=4,
    months_after_injection=3,
    highest_inr=Decimal("1.5"),
    fewest_platelets=100,
    highest_hba1c=Decimal(8),
    days_of_pregnancy_test=7,
)
