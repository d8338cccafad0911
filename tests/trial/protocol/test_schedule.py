"""Visits and their windows."""

from dataclasses import FrozenInstanceError
from datetime import date, timedelta

import pytest

from trial.lifecycle import OPEN_FROM
from trial.protocol import STUDY
from trial.protocol.schedule import ANCHOR, PILOT_SCHEDULE, UNSCHEDULED_FROM, Schedule, Visit, Window
from trial.protocol.validation import ProtocolError

INJECTED = date(2026, 3, 2)
# First, target and last day from the injection, as the protocol's table has them.
DAYS = {"BL": (-7, 0, 0), "INJ": (0, 0, 0), "W1": (5, 7, 9), "W2": (11, 14, 17), "W12": (77, 84, 91)}


def window_of(code: str) -> Window:
    visit = PILOT_SCHEDULE.visit(code)
    assert visit is not None
    window = visit.window(INJECTED)
    assert window is not None
    return window


@pytest.mark.parametrize("code", DAYS)
def test_a_window_lies_where_the_protocol_puts_it(code: str) -> None:
    window = window_of(code)
    days = tuple((day - INJECTED).days for day in (window.first, window.target, window.last))
    assert days == DAYS[code]


@pytest.mark.parametrize(
    ("days", "outside"),
    [(4, -1), (5, 0), (7, 0), (9, 0), (10, 1), (30, 21), (0, -5)],
)
def test_both_ends_of_a_window_belong_to_it(days: int, outside: int) -> None:
    assert window_of("W1").days_outside(INJECTED + timedelta(days=days)) == outside


def test_a_window_crosses_a_leap_day_by_the_calendar() -> None:
    visit = PILOT_SCHEDULE.visit("W1")
    assert visit is not None
    window = visit.window(date(2028, 2, 25))
    assert window is not None
    assert window.target == date(2028, 3, 3)


def test_screening_has_no_window() -> None:
    screening = PILOT_SCHEDULE.visit("SCR")
    assert screening is not None
    assert screening.window(INJECTED) is None


@pytest.mark.parametrize("code", DAYS)
def test_there_is_no_window_before_the_injection(code: str) -> None:
    visit = PILOT_SCHEDULE.visit(code)
    assert visit is not None
    assert visit.window(None) is None


def test_week_4_is_declared_and_switched_off() -> None:
    assert "W4" in [visit.code for visit in PILOT_SCHEDULE.visits]
    assert "W4" not in [visit.code for visit in PILOT_SCHEDULE.planned]
    assert PILOT_SCHEDULE.visit("W4") is None


def test_the_visits_that_are_on_stand_in_the_order_of_time() -> None:
    assert [visit.code for visit in PILOT_SCHEDULE.planned] == ["SCR", "BL", "INJ", "W1", "W2", "W12"]


@pytest.mark.parametrize("code", ["U1", "U9", "U10", "U99"])
def test_an_unscheduled_visit_offers_the_forms_of_a_follow_up_and_has_no_window(code: str) -> None:
    visit = PILOT_SCHEDULE.visit(code)
    assert visit is not None
    assert visit.forms == ("pain", "motion", "disability", "interval")
    assert visit.window(INJECTED) is None
    assert visit.opens == "treated"
    assert (visit.code, visit.label) == (code, "Unscheduled visit")


@pytest.mark.parametrize(
    "code", ["", "U", "U0", "U01", "U100", "u1", "U1\n", " U1", "U1x", "U-1", "U١", "X1"]
)
def test_what_only_resembles_a_visit_is_none(code: str) -> None:
    assert PILOT_SCHEDULE.visit(code) is None


@pytest.mark.parametrize(
    ("code", "unscheduled"), [("U1", True), ("U99", True), ("U100", False), ("W12", False), ("X", False)]
)
def test_an_unscheduled_visit_is_known_by_its_code(code: str, unscheduled: bool) -> None:
    assert PILOT_SCHEDULE.is_unscheduled(code) is unscheduled
    assert (PILOT_SCHEDULE.position(code) > UNSCHEDULED_FROM) is unscheduled


def test_a_visit_that_is_off_is_declared_and_not_planned() -> None:
    declared = PILOT_SCHEDULE.declared("W4")
    assert declared is not None
    assert declared.label == "Week 4"
    assert PILOT_SCHEDULE.visit("W4") is None
    assert PILOT_SCHEDULE.declared("W3") is None


def test_unscheduled_visits_sort_behind_the_planned_ones_by_number() -> None:
    codes = ["U10", "W12", "U2", "SCR", "BL"]
    assert sorted(codes, key=PILOT_SCHEDULE.position) == ["SCR", "BL", "W12", "U2", "U10"]


def test_an_unknown_visit_sorts_between_planned_and_unscheduled_ones() -> None:
    codes = ["U1", "X", "W12"]
    assert sorted(codes, key=PILOT_SCHEDULE.position) == ["W12", "X", "U1"]


def test_each_visit_opens_at_a_state_that_participants_have() -> None:
    assert {visit.opens for visit in PILOT_SCHEDULE.visits} <= set(OPEN_FROM)


def test_the_declaration_cannot_be_changed_at_run_time() -> None:
    with pytest.raises(FrozenInstanceError):
        STUDY.schedule.visits[0].code = "X"  # type: ignore[misc]


# What a wrong declaration says

FIRST = Visit("A", "First", ("pain",), opens="screening", offset=-3, before=2)
ANCHORED = Visit(ANCHOR, "Injection", ("injection",), opens="enrolled", offset=0)
LATER = Visit("B", "Later", ("pain",), opens="treated", offset=7, before=2, after=2)


def schedule(*visits: Visit) -> Schedule:
    return Schedule(visits, ())


def test_a_schedule_of_these_is_sound() -> None:
    assert len(schedule(FIRST, ANCHORED, LATER).planned) == 3


def test_a_visit_declared_twice_is_refused() -> None:
    with pytest.raises(ProtocolError, match="Visits declared twice: B"):
        schedule(ANCHORED, LATER, LATER)


def test_a_schedule_without_the_injection_is_refused() -> None:
    with pytest.raises(ProtocolError, match="lacks INJ"):
        schedule(FIRST, LATER)


def test_visits_out_of_the_order_of_time_are_refused() -> None:
    with pytest.raises(ProtocolError, match="not in time order"):
        schedule(ANCHORED, LATER, FIRST)


@pytest.mark.parametrize("offset", [11, 10, 8])
def test_windows_that_share_a_day_are_refused(offset: int) -> None:
    second = Visit("C", "Second", (), opens="treated", offset=offset, before=2)
    with pytest.raises(ProtocolError, match="windows of B and C overlap"):
        schedule(ANCHORED, LATER, second)


def test_windows_that_only_touch_are_accepted() -> None:
    second = Visit("C", "Second", (), opens="treated", offset=12, before=2)
    assert schedule(ANCHORED, LATER, second)


def test_baseline_may_reach_to_the_day_of_the_injection_but_not_beyond_it() -> None:
    assert schedule(Visit("A", "A", (), opens="eligible", offset=0, before=7), ANCHORED)
    with pytest.raises(ProtocolError, match="windows of A and INJ overlap"):
        schedule(Visit("A", "A", (), opens="eligible", offset=0, before=7, after=1), ANCHORED)


def test_a_visit_that_is_off_may_overlap() -> None:
    off = Visit("C", "Off", (), opens="treated", offset=7, enabled=False)
    assert schedule(ANCHORED, LATER, off)


@pytest.mark.parametrize(("before", "after"), [(-1, 0), (0, -1)])
def test_a_negative_tolerance_is_refused(before: int, after: int) -> None:
    with pytest.raises(ProtocolError, match="Visit B: a tolerance is negative"):
        Visit("B", "Later", (), "treated", 7, before, after)


def test_a_form_twice_at_one_visit_is_refused() -> None:
    with pytest.raises(ProtocolError, match="Visit B: forms declared twice: pain"):
        Visit("B", "Later", ("pain", "motion", "pain"), opens="treated")
