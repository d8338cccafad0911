"""Numerical rating scale of pain: eleven points, 0 (no pain) to 10 (worst possible).

Source: Farrar et al. 2001, Pain 94:149. Thresholds of change for low back pain, 2 points or 30 %
of baseline: Ostelo et al. 2008, Spine 33:90.
"""

from decimal import Decimal
from fractions import Fraction

from trial.protocol.scoring.rounding import half_up

LOWEST, HIGHEST = 0, 10


def contradictions(
    average: int | None, worst: int | None, least: int | None, now: int | None = None
) -> tuple[str, ...]:
    """Say where the ratings of one day contradict: worst ≥ average ≥ least, and now between both ends."""
    found = []
    if _below(worst, average):
        found.append("worst_below_average")
    if _below(average, least):
        found.append("average_below_least")
    if average is None and _below(worst, least):
        found.append("worst_below_least")
    if _below(worst, now):
        found.append("worst_below_now")
    if _below(now, least):
        found.append("now_below_least")
    return tuple(found)


def _below(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one < other


def relief(*, before: int | None, after: int | None) -> Decimal | None:
    """Relief in per cent of the pain before, to 0.1; negative when it grew, None without pain before."""
    if not before or after is None:
        return None
    change = Fraction(100 * (before - after), before)
    rounded = half_up(abs(change), 1)
    return rounded if change >= 0 else -rounded
