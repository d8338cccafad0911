"""The windows of visits, for every day on which an injection can lie."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trial.protocol import STUDY
from trial.protocol.schedule import Window

ANCHORS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
TIMED = [visit for visit in STUDY.schedule.planned if visit.offset is not None]


def anchors(test: object) -> object:
    """Any day, and always leap days and the ends of months and years."""
    assert callable(test)
    for day in (
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2023, 2, 28),
        date(2025, 12, 31),
        date(2026, 1, 31),
    ):
        test = example(day)(test)
    return given(ANCHORS)(test)


@pytest.mark.parametrize("visit", TIMED, ids=lambda visit: visit.code)
def test_a_window_counts_days_of_the_calendar(visit: object) -> None:
    @anchors
    def holds(anchor: date) -> None:
        window = visit.window(anchor)  # type: ignore[attr-defined]
        assert window == Window(
            anchor + timedelta(days=visit.offset - visit.before),  # type: ignore[attr-defined]
            anchor + timedelta(days=visit.offset),  # type: ignore[attr-defined]
            anchor + timedelta(days=visit.offset + visit.after),  # type: ignore[attr-defined]
        )

    holds()  # type: ignore[operator]


@given(ANCHORS, st.integers(-400, 400))
def test_every_day_lies_before_in_or_after_a_window(anchor: date, days: int) -> None:
    day = anchor + timedelta(days=days)
    for window in STUDY.schedule.windows(anchor).values():
        outside = window.days_outside(day)
        assert (outside == 0) == (window.first <= day <= window.last)
        assert (outside < 0) == (day < window.first)
        # Moved by as many days, it lies on the nearest end of the window.
        assert day - timedelta(days=outside) == min(max(day, window.first), window.last)


@given(ANCHORS, st.integers(-400, 400))
def test_no_day_lies_in_the_windows_of_two_follow_ups(anchor: date, days: int) -> None:
    day = anchor + timedelta(days=days)
    windows = STUDY.schedule.windows(anchor)
    inside = [code for code, window in windows.items() if window.days_outside(day) == 0]
    assert len(inside) <= 1 or inside == ["BL", "INJ"]


@given(ANCHORS, st.integers(-60, 60))
def test_a_corrected_injection_moves_every_window_by_the_same_days(anchor: date, days: int) -> None:
    moved, before = STUDY.schedule.windows(anchor + timedelta(days=days)), STUDY.schedule.windows(anchor)
    assert {code: window.target - before[code].target for code, window in moved.items()} == dict.fromkeys(
        before, timedelta(days=days)
    )
