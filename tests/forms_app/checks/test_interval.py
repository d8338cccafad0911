"""What is asked at follow-up, against the logs and the order of visits."""

from datetime import timedelta
from typing import Any

import pytest

from tests import answers, journey
from tests.cast import Cast
from tests.forms_app.checks.asked import found
from trial.crf.submission import Entry, Submission
from trial.models import Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def followed(cast: Cast) -> Participant:
    """Injected, with the visits of weeks 1 and 2."""
    participant = journey.injected(cast)
    for visit in ("W1", "W2"):
        journey.attend(cast.investigator, participant, visit)
    return participant


def log(cast: Cast, participant: Participant, form: str, days: int, **changes: Any) -> None:
    """An entry that began so many days after week 1."""
    day = journey.day_of(participant, "W1") + timedelta(days=days)
    journey.log(cast.investigator, participant, form, getattr(answers, form)(day, **changes))


@pytest.mark.parametrize(
    ("days", "answer", "codes"),
    [
        (None, "N", []),
        (None, "Y", ["aeyn.log"]),
        (1, "Y", []),
        (1, "N", ["aeyn.log"]),
        # Told at week 1 already, so week 2 need not repeat it, and may.
        (0, "N", []),
        (0, "Y", []),
        (-1, "N", []),
        (-1, "Y", ["aeyn.log"]),
        (7, "Y", []),
        (8, "Y", ["aeyn.log"]),
        (8, "N", []),
    ],
)
def test_the_answer_on_events_agrees_with_the_log(
    cast: Cast, followed: Participant, days: int | None, answer: str, codes: list[str]
) -> None:
    if days is not None:
        log(cast, followed, "adverse_event", days)
    assert found(cast, followed, "W2", "interval", answers.interval(aeyn=answer)) == codes


@pytest.mark.parametrize(
    ("days", "answer", "codes"),
    [
        (None, "Y", ["cmyn.log"]),
        (1, "Y", []),
        (1, "N", ["cmyn.log"]),
        (-5, "Y", ["cmyn.log"]),
        (-5, "N", []),
    ],
)
def test_the_answer_on_analgesics_agrees_with_the_log(
    cast: Cast, followed: Participant, days: int | None, answer: str, codes: list[str]
) -> None:
    if days is not None:
        log(cast, followed, "medication", days)
    assert found(cast, followed, "W2", "interval", answers.interval(cmyn=answer)) == codes


def test_an_analgesic_that_ended_is_a_change_too(cast: Cast, followed: Participant) -> None:
    ended = journey.day_of(followed, "W1") + timedelta(days=2)
    log(cast, followed, "medication", -30, cmongo="N", cmendat=ended.isoformat(), cmprior="Y")
    assert found(cast, followed, "W2", "interval", answers.interval(cmyn="Y")) == []
    assert found(cast, followed, "W1", "interval", answers.interval()) == []


def test_an_intervention_is_an_intercurrent_event(cast: Cast, followed: Participant) -> None:
    day = journey.day_of(followed, "W1")
    note = "intervention.1.intkind.intercurrent"

    def told(date: str, version: int | None) -> list[str]:
        row = Entry({"intkind": "PHYSIOTHERAPY", "inttrt": "Six sessions", "intdat": date})
        form = Submission(answers.interval(intyn="Y").header, {"intervention": {"1": row}})
        return found(cast, followed, "W2", "interval", form, version)

    assert told(day.isoformat(), None) == [note]
    assert told((day - timedelta(days=1)).isoformat(), 1) == [note, "intervention.1.intdat.between"]
    assert told(str(day.year), 2) == [note]


def test_a_yes_without_an_intervention_is_asked_about(cast: Cast, followed: Participant) -> None:
    assert found(cast, followed, "W2", "interval", answers.interval(intyn="Y")) == ["intyn.rows"]


def test_visits_out_of_the_order_of_the_schedule_are_asked_about(cast: Cast) -> None:
    participant = journey.injected(cast)
    for visit, ago in (("W1", 3), ("W2", 5), ("U1", 1)):
        day = participant.site.today() - timedelta(days=ago)
        journey.attend(cast.investigator, participant, visit, day=day)
    assert found(cast, participant, "W2", "interval", answers.interval()) == ["aeyn.order"]
    assert found(cast, participant, "W1", "interval", answers.interval()) == []
    assert found(cast, participant, "U1", "interval", answers.interval()) == []
