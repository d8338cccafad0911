import pytest

from analytics.description import Response, Share, summary
from tests import answers, journey
from tests.analytics import measured
from tests.analytics.measured import everybody
from tests.cast import Cast
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db(transaction=True)


def of_pain(visit: str) -> Response:
    _, _, responses = next(each for each in summary(everybody()).responders if each[0].outcome == "pain")
    return next(each for each in responses if each.visit == visit)


def test_the_declared_boundaries_are_reached_exactly(cast: Cast) -> None:
    """Two points of ten; 30 % of 10 are 3 points, of 6 they are 1.8."""
    rows = [(10, 8, 7, None), (6, 4, 5, None), (7, 6, 9, None), (0, 0, 2, None)]
    measured.pain(cast, rows)
    assert of_pain("W1") == Response("W1", by_units=Share(2, 4), by_percent=Share(1, 3))
    assert of_pain("W2") == Response("W2", by_units=Share(1, 4), by_percent=Share(1, 3))


def test_only_who_has_both_values_is_counted(cast: Cast) -> None:
    measured.pain(cast, [(8, 4, None, None), (8, None, 4, None)])
    assert of_pain("W1").by_units == Share(1, 1)
    assert of_pain("W12").by_units == Share(0, 0)


def test_disability_has_boundaries_of_its_own(cast: Cast) -> None:
    participant = journey.injected(cast)
    for visit, answer in (("BL", 3), ("W12", 2)):
        journey.attend(cast.investigator, participant, visit)
        journey.save(cast.investigator, participant, visit, "disability", answers.disability(answer))
    analysis, rule, (response,) = next(
        each for each in summary(everybody()).responders if each[0].outcome == "disability"
    )
    assert (rule.units, rule.percent, analysis.visits) == (10, 30, ("BL", "W12"))
    assert (response.by_units, response.by_percent) == (Share(1, 1), Share(1, 1))


def test_flexion_has_no_responders() -> None:
    assert {each[0].outcome for each in summary(everybody()).responders} == {
        each.outcome for each in STUDY.supplements if each.responder
    }
    assert "motion" not in {each[0].outcome for each in summary(everybody()).responders}
