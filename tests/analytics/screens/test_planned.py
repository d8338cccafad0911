from typing import Any

import pytest

from analytics.models import Supplement
from analytics.screens.planned import shown
from trial.protocol import STUDY

PAIN = STUDY.analyses[0]
POINT = {"power": 0.8, "lower": 0.7, "upper": 0.9, "observed": 0.8, "se": 0.01, "failed": 0}
DRAW = {"sd_first": 1.0, "sd_last": 2.0, "correlation": 0.5, "stay": 0.9}


def told(**needed: Any) -> str:
    points = [{**POINT, "participants": size} for size in (40, 120, 260)]
    content = {
        "effect": -1.0,
        "effect_source": "a size that somebody states",
        "alpha": 0.05,
        "points": points,
        "between": points,
        "needed": [{"power": 0.8, **needed}],
        "trials": 100,
        "assumptions": [DRAW, DRAW],
    }
    (sentence,) = shown(PAIN, Supplement(content=content), frozenset()).needed
    return sentence


@pytest.mark.parametrize(
    ("fewest", "participants", "most", "expected"),
    [
        (60, 90, 130, "needs from 60 to 130 participants, 90 under the median assumption."),
        (12, 50, 130, "needs from fewer than 40 to 130 participants, 50 under the median assumption."),
        (60, 90, 900, "needs from 60 to more than 260 participants, 90 under the median assumption."),
        (12, 16, 20, "needs fewer than 40 participants over the whole band."),
        (400, 500, 900, "needs more than 260 participants over the whole band."),
        (90, 90, 90, "needs 90 participants; too few trials were simulated for a band."),
        (
            60,
            90,
            None,
            "needs 60 participants or more: 90 under the median assumption, and at the ",
        ),
        (None, None, None, "No number of participants reaches a power of 80 % under the median assumption."),
    ],
)
def test_a_size_is_never_told_without_its_band(
    fewest: int | None, participants: int | None, most: int | None, expected: str
) -> None:
    assert expected in told(fewest=fewest, participants=participants, most=most)
