"""What is due, and that it follows the injection date at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forms_app.selectors import casebook, due, outlines
from forms_app.selectors.casebook import VisitEntry
from forms_app.selectors.due import Contact, DueVisit
from forms_app.selectors.status import Status
from tests import answers, journey
from tests.cast import Cast
from trial.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def screened_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is injected before the consent, and these tests look months back."""
    monkeypatch.setitem(journey.AGO, "SCR", 130)


def read(cast: Cast) -> due.Due:
    return due.read(outlines.read(cast.monitor))


def named(visits: tuple[DueVisit, ...]) -> list[tuple[str, str]]:
    return [(each.participant.code, each.awaited.planned.code) for each in visits]


def target(entry: VisitEntry) -> date:
    assert entry.window is not None
    return entry.window.target


def reinject(cast: Cast, ago: int) -> None:
    """Correct the date of the only injection."""
    record = Record.objects.get(form="injection")
    day = cast.north.today() - timedelta(days=ago)
    journey.save(
        cast.investigator,
        record.participant,
        "INJ",
        "injection",
        answers.injection(day),
        record.version,
        reason="Read wrongly from the paper",
    )


def test_a_visit_without_a_window_is_due_as_soon_as_it_opens(cast: Cast) -> None:
    journey.added(cast)
    (visit,) = read(cast).week
    assert (visit.awaited.planned.code, visit.window, visit.days_left) == ("SCR", None, None)
    assert visit.last_contact is None


def test_windows_follow_a_corrected_injection_date_at_once(cast: Cast) -> None:
    participant = journey.injected(cast)
    before = casebook.read(participant).visit("W2")
    reinject(cast, ago=13)
    found = read(cast)
    assert named(found.week) == [("01-001", "W2")]
    assert found.week[0].awaited.status is Status.IN_WINDOW
    after = casebook.read(participant).visit("W2")
    assert before is not None
    assert after is not None
    assert target(after) - target(before) == timedelta(days=journey.INJECTED - 13)
    reinject(cast, ago=92)
    assert named(read(cast).overdue) == [("01-001", "W12")]
    reinject(cast, ago=20)
    assert named(read(cast).overdue) == [("01-001", "W2")]


@pytest.mark.parametrize(
    ("ago", "listed"), [(70, False), (71, True), (76, True), (77, True), (91, True), (92, False)]
)
def test_the_week_is_today_and_the_six_days_after_it(cast: Cast, ago: int, listed: bool) -> None:
    participant = journey.injected(cast)
    reinject(cast, ago)
    assert (("01-001", "W12") in named(read(cast).week)) is listed
    assert (("01-001", "W12") in named(read(cast).overdue)) is (ago > 91)
    assert participant.code == "01-001"


def test_the_last_contact_is_the_latest_visit_that_took_place(cast: Cast) -> None:
    participant = journey.injected(cast)
    reinject(cast, ago=84)
    journey.attend(cast.investigator, participant, "U1", day=cast.north.today(), mode="TELEPHONE CALL")
    (visit,) = read(cast).week
    assert visit.last_contact == Contact(cast.north.today(), "TELEPHONE CALL")
    assert visit.days_left == 7


def test_the_lists_cost_the_same_for_one_participant_and_for_many(cast: Cast) -> None:
    journey.added(cast)
    read(cast)
    with CaptureQueriesContext(connection) as one:
        read(cast)
    for _ in range(5):
        journey.added(cast)
    with CaptureQueriesContext(connection) as many:
        read(cast)
    assert len(many) == len(one) == 3
