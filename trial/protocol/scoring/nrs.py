"""Numerical rating scale of pain: eleven points, 0 (no pain) to 10 (worst possible).

Source: Farrar et al. 2001, Pain 94:149. Thresholds of change for low back pain, 2 points or 30 %
of baseline: Ostelo et al. 2008, Spine 33:90.
"""

LOWEST, HIGHEST = 0, 10


def contradictions(average: int | None, worst: int | None, least: int | None) -> tuple[str, ...]:
    """Say where the three ratings of one day contradict: worst ≥ average ≥ least."""
    found = []
    if average is not None and worst is not None and worst < average:
        found.append("worst_below_average")
    if average is not None and least is not None and average < least:
        found.append("average_below_least")
    if average is None and worst is not None and least is not None and worst < least:
        found.append("worst_below_least")
    return tuple(found)
