from typing import Any

import pytest

from analytics.models import Supplement
from analytics.screens.sensitive import shown
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

PAIN, MOTION, _ = STUDY.analyses
MISSING = {"dropouts": 2, "values_after_dropout": 3, "awaited": 1}
ESTIMATE = {"estimate": -2.0, "lower": -3.0, "upper": -1.0, "se": 0.5, "df": None, "p": 0.001}


def told(analysis: Analysis, tips_at: float | None, *, already: bool = False, worse: int = 1) -> str:
    estimate: dict[str, Any] = {**ESTIMATE, "visit": "W12"}
    model = {"group": "declared", "code": "un", "estimates": [estimate], "warnings": [], "reason": ""}
    point = {
        "visit": "W12",
        "deltas": [0.0, 5.0 * worse, 10.0 * worse],
        "estimates": [estimate] * 3,
        "tips_at": tips_at,
        "already": already,
    }
    content = {
        "covariance": "un",
        "imputations": 5,
        "nodes": 11,
        **MISSING,
        "models": [model],
        "tipping": [point],
    }
    return shown(analysis, Supplement(content=content), frozenset()).tips


@pytest.mark.parametrize(
    ("analysis", "worse", "expected"), [(PAIN, 1, "10.0 points higher"), (MOTION, -1, "10.0 degrees lower")]
)
def test_where_nothing_tips_it_is_said_how_far_was_looked(
    analysis: Analysis, worse: int, expected: str
) -> None:
    sentence = told(analysis, None, worse=worse)
    assert expected in sentence
    assert "would still show a change" in sentence


def test_the_tipping_point_is_told_in_units_of_the_outcome() -> None:
    assert "7.5 points higher than the model predicts" in told(PAIN, 7.5)
    assert "7.5 degrees lower than the model predicts" in told(MOTION, -7.5, worse=-1)


def test_what_includes_no_change_at_once_has_no_tipping_point() -> None:
    assert told(PAIN, None, already=True).startswith("The interval includes no change already")
