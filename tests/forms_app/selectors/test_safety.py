"""The clock of a serious event: true hours, whatever the wall clock does, and never in its own favour."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.selectors.safety import Clock, clock, elapsed, later
from trial.models import AdverseEvent

BERLIN = "Europe/Berlin"
# The clock is put on in the night to 2026-03-29 and back in that to 2026-10-25.
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def of(aware: date, at: time | None, reported: date | None = None, told: time | None = None) -> Clock:
    answers: dict[str, Any] = {"aeawdat": aware, "aeawtim": at, "aerptdat": reported, "aerpttim": told}
    return clock(AdverseEvent(**answers), BERLIN, NOW)


@pytest.mark.parametrize(
    ("aware", "told", "due", "is_late"),
    [
        (date(2026, 3, 28), time(10, 0), time(10, 0), False),
        (date(2026, 3, 28), time(10, 1), time(10, 0), True),
        (date(2026, 10, 24), time(8, 0), time(8, 0), False),
        (date(2026, 10, 24), time(8, 1), time(8, 0), True),
        (date(2026, 7, 1), time(9, 0), time(9, 0), False),
        (date(2026, 7, 1), time(9, 1), time(9, 0), True),
    ],
)
def test_24_hours_are_24_hours_when_the_clock_is_put_on_or_back(
    aware: date, told: time, due: time, is_late: bool
) -> None:
    next_day = aware + timedelta(days=1)
    found = of(aware, time(9, 0), next_day, told)
    assert found.deadline is not None
    assert found.deadline.replace(tzinfo=None) == datetime.combine(next_day, due)
    assert found.is_late is is_late


def test_without_a_time_the_awareness_is_early_and_the_report_late() -> None:
    day = date(2026, 7, 1)
    assert of(day, None, day, None).left == timedelta(minutes=1)
    assert of(day, time(9), day + timedelta(days=1), None).is_late
    assert not of(day, time(9), day, None).is_late
    assert of(day, None, day + timedelta(days=1), time(0, 1)).is_late


def test_what_is_not_known_has_no_clock() -> None:
    assert Clock(None, None, NOW).left is None


@given(st.integers(0, 525_600), st.timedeltas(timedelta(), timedelta(days=9)))
def test_what_is_later_by_a_span_is_that_span_away(minutes: int, span: timedelta) -> None:
    begun = (NOW - timedelta(minutes=minutes)).astimezone(ZoneInfo(BERLIN))
    assert elapsed(begun, later(begun, span)) == span
