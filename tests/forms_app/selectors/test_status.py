from datetime import date, timedelta

import pytest

from forms_app.selectors.status import Outlook, Status
from trial.lifecycle import COMPLETED, ELIGIBLE, ENROLLED, SCREEN_FAILURE, SCREENING, TREATED, WITHDRAWN
from trial.protocol import STUDY

INJECTED = date(2026, 3, 2)


def status(code: str, *, state: str = TREATED, day: int = 0, recorded: str = "SCR BL INJ") -> Status:
    """The status of a visit so many days after the injection."""
    planned = STUDY.schedule.visit(code)
    assert planned is not None
    anchor = INJECTED if state in (TREATED, COMPLETED, WITHDRAWN) else None
    return Outlook(state, anchor, INJECTED + timedelta(day), frozenset(recorded.split())).status(planned)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (4, Status.NOT_DUE),
        (5, Status.IN_WINDOW),
        (6, Status.IN_WINDOW),
        (7, Status.DUE),
        (9, Status.DUE),
        (10, Status.OVERDUE),
        (11, Status.MISSED),
    ],
)
def test_a_visit_goes_through_its_window_until_the_next_one_opens(day: int, expected: Status) -> None:
    assert status("W1", day=day) is expected


def test_the_last_visit_stays_overdue() -> None:
    assert status("W12", day=91) is Status.DUE
    assert status("W12", day=400) is Status.OVERDUE


def test_a_visit_is_missed_once_a_later_one_is_recorded() -> None:
    assert status("W1", day=8, recorded="SCR BL INJ W2") is Status.MISSED
    assert status("BL", day=0, recorded="SCR INJ") is Status.MISSED


@pytest.mark.parametrize(("state", "due"), [(SCREENING, "SCR"), (ELIGIBLE, "BL"), (ENROLLED, "INJ")])
def test_before_the_injection_the_state_says_what_is_due(state: str, due: str) -> None:
    recorded = {"SCR": "", "BL": "SCR", "INJ": "SCR BL"}[due]
    assert status(due, state=state, recorded=recorded) is Status.DUE
    assert status("W1", state=state, recorded=recorded) is Status.NOT_DUE


@pytest.mark.parametrize("state", [WITHDRAWN, SCREEN_FAILURE])
def test_nothing_is_expected_after_an_early_end(state: str) -> None:
    assert status("W12", state=state, day=85) is Status.NOT_APPLICABLE


def test_what_is_not_recorded_at_the_planned_end_was_missed() -> None:
    assert status("W12", state=COMPLETED, day=85) is Status.MISSED
