"""Which visits are awaited, as records and clock say."""

from datetime import timedelta

import pytest

from analytics.datasets import awaited
from analytics.datasets.vectors import Vector
from tests import answers, journey
from tests.cast import Cast
from trial import clock
from trial.audit import positions
from trial.audit.as_of import as_of
from trial.models import Injection, Participant
from trial.protocol import STUDY
from trial.selectors.anchors import injection_date
from trial.services import visits
from trial.services.visits import VisitDetails

pytestmark = pytest.mark.django_db(transaction=True)

PAIN = STUDY.analyses[0]
LATER = ("W1", "W2", "W12")


def open_visits(participant: Participant) -> set[str]:
    found = awaited.read()
    return {visit for visit in LATER if found.holds(participant.code, visit)}


def on_day_of(participant: Participant, visit: str, monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """The site's calendar stands so many days after the last of the visit's window."""
    injected = injection_date(participant)
    assert injected is not None
    day = STUDY.schedule.windows(injected)[visit].last + timedelta(days=after)
    monkeypatch.setattr(type(participant.site), "today", lambda site: day)


def test_a_visit_is_awaited_to_the_last_day_of_its_window(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant = journey.injected(cast)
    on_day_of(participant, "W1", monkeypatch, after=0)
    assert open_visits(participant) == {"W1", "W2", "W12"}
    on_day_of(participant, "W1", monkeypatch, after=1)
    assert open_visits(participant) == {"W2", "W12"}
    on_day_of(participant, "W12", monkeypatch, after=1)
    assert open_visits(participant) == set()


def test_before_the_injection_every_visit_is_awaited(cast: Cast) -> None:
    assert open_visits(journey.enrolled(cast)) == set(LATER)


def test_an_injection_without_a_date_ends_no_window(cast: Cast) -> None:
    participant = journey.enrolled(cast)
    journey.attend(cast.investigator, participant, "INJ")
    form = answers.injection(journey.day_of(participant, "INJ"), injdat="")
    journey.save(cast.investigator, participant, "INJ", "injection", form)
    assert Injection.objects.get().injperf == "Y"
    assert open_visits(participant) == set(LATER)


def test_a_visit_that_was_not_done_is_awaited_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.injected(cast)
    missed = VisitDetails(occurred=False, reason_not_done="Did not come")
    visits.save(by=cast.investigator, participant=participant, code="W1", details=missed)
    on_day_of(participant, "W1", monkeypatch, after=-1)
    assert open_visits(participant) == {"W2", "W12"}


def test_whose_participation_ended_is_awaited_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.injected(cast)
    on_day_of(participant, "W1", monkeypatch, after=0)
    before = positions.current()
    form = answers.withdrawal(journey.day_of(participant, "W1"))
    journey.log(cast.investigator, participant, "withdrawal", form)
    assert open_visits(participant) == set()
    with as_of(before):
        assert open_visits(participant) == set(LATER)


def test_an_end_that_was_only_begun_ends_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant = journey.injected(cast)
    day = journey.day_of(participant, "W1")
    on_day_of(participant, "W1", monkeypatch, after=0)
    journey.log(cast.investigator, participant, "withdrawal", answers.withdrawal(day, wddecod=""))
    journey.log(cast.investigator, participant, "study_end", answers.form({"secomp": "N"}))
    assert open_visits(participant) == set(LATER)


def test_a_position_is_judged_at_its_last_event(cast: Cast) -> None:
    participant = journey.injected(cast)
    at = positions.current()
    moment = positions.last_moment(at)
    assert moment is not None
    found = awaited.at(at)
    with clock.turned_to(moment + timedelta(days=3650)):
        assert awaited.at(at) == found
        assert {visit for visit in LATER if awaited.read().holds(participant.code, visit)} == set()


def test_the_hash_knows_who_is_awaited_at_the_visits_of_an_analysis(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant = journey.injected(cast)
    on_day_of(participant, "W1", monkeypatch, after=0)
    found = awaited.read()
    assert found.content_hash(PAIN) == awaited.read().content_hash(PAIN)
    on_day_of(participant, "W1", monkeypatch, after=1)
    assert found.content_hash(PAIN) != awaited.read().content_hash(PAIN)


@pytest.mark.parametrize(
    ("values", "follows"),
    [
        ((7, None, None, None), False),
        ((7, 5, None, None), True),
        ((7, None, 5, None), True),
        ((7, 5, 4, 2), False),
        ((7, 5, 4, None), True),
    ],
)
def test_the_first_visit_after_the_last_value_decides(values: tuple[int | None, ...], follows: bool) -> None:
    ahead = awaited.AwaitedVisits({"01-001": frozenset({"W2", "W12"})})
    assert ahead.follows(PAIN, Vector("01-001", values)) is follows
