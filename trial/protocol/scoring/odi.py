"""Oswestry Disability Index 2.1a: the arithmetic only, never the questionnaire's wording.

Score: 100 × sum / (5 × sections answered); a section left out lowers the denominator by 5
(16 of 50 = 32 %, 16 of 45 = 35.6 %). Bands: Fairbank & Pynsent 2000, Spine 25:2940, as given in
Table 1 of doi 10.1186/1750-1164-7-12. The smallest number of answered sections is a setting of
this study; the developers state none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trial.protocol.scoring.rounding import half_up

SECTIONS = 10
HIGHEST = 5
FEWEST_ANSWERED = 8

# Upper bounds in fifths of the largest sum: a band ends at a whole raw score, so no value can
# fall between two of them, and rounding of the percentage cannot move a participant.
BANDS = ("MINIMAL", "MODERATE", "SEVERE", "CRIPPLED", "BED-BOUND")


@dataclass(frozen=True)
class Score:
    """`percent` and `band` are None with fewer than FEWEST_ANSWERED sections."""

    answered: int
    total: int | None
    percent: Decimal | None
    band: str | None


def score(sections: Sequence[int | None]) -> Score:
    """Score the ten sections; None stands for a section without an answer."""
    answers = [answer for answer in sections if answer is not None]
    total = sum(answers) if answers else None
    if total is None or len(answers) < FEWEST_ANSWERED:
        return Score(len(answers), total, None, None)
    return Score(len(answers), total, percent(total, len(answers)), band(total, len(answers)))


def percent(total: int, answered: int) -> Decimal:
    """The index in percent, half up to 0.1."""
    return half_up(Fraction(100 * total, HIGHEST * answered), 1)


def band(total: int, answered: int) -> str:
    """The band of the unrounded value: at most 20, 40, 60, 80 and 100 percent."""
    fifths = Fraction(total, answered)
    return next(name for limit, name in enumerate(BANDS, start=1) if fifths <= limit)
