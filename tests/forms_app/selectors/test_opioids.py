"""Opioids over time, from entries of the log that are not stored: pure."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from forms_app.selectors.opioids import Opioids, of

INJECTED, TODAY = date(2026, 5, 10), date(2026, 7, 1)


Entry = tuple[int, dict[str, Any]]


def drug(number: int, name: str, begun: str, ended: str | None, per_day: Any) -> Entry:
    return number, {"cmtrt": name, "cmstdat": begun, "cmendat": ended, "cmmme": per_day}


def read(*rows: Entry, injected: date | None = INJECTED) -> Opioids:
    return of(rows, injected, TODAY)


def raised(*rows: Entry, injected: date | None = INJECTED) -> list[int]:
    return [opioid.number for opioid in read(*rows, injected=injected).raised]


def test_what_is_no_opioid_is_not_counted() -> None:
    found = read(drug(1, "Ibuprofen", "2026-04-01", None, None))
    assert (found.steps, found.raised) == ((), ())


def test_the_sum_changes_on_the_first_day_and_after_the_last() -> None:
    found = read(
        drug(1, "Tramadol", "2026-04-01", "2026-04-10", 40),
        drug(2, "Morphine", "2026-04-05", None, 20),
    )
    assert [(step.day, step.per_day) for step in found.steps] == [
        (date(2026, 4, 1), Decimal(40)),
        (date(2026, 4, 5), Decimal(60)),
        (date(2026, 4, 11), Decimal(20)),
    ]
    assert found.most == 60


def test_on_the_day_of_a_change_the_new_dose_counts_alone() -> None:
    found = read(
        drug(1, "Tramadol", "2026-04-01", "2026-04-10", 40),
        drug(2, "tramadol", "2026-04-10", None, 60),
    )
    assert [(step.day, step.per_day) for step in found.steps] == [
        (date(2026, 4, 1), Decimal(40)),
        (date(2026, 4, 10), Decimal(60)),
    ]


def test_an_opioid_without_a_factor_leaves_the_sum_open_and_adds_no_0() -> None:
    (step,) = read(drug(1, "Dezocine", "2026-04-01", None, None)).steps
    assert (step.per_day, step.is_whole) == (Decimal(0), False)


@pytest.mark.parametrize(
    ("name", "begun", "per_day", "flagged"),
    [
        ("Morphine", "2026-05-11", 20, True),
        ("Morphine", "2026-05-10", 20, False),
        ("Dezocine", "2026-05-11", None, True),
        ("tramadol ", "2026-05-11", 40, False),
        ("Tramadol", "2026-05-11", "40.1", True),
        ("Tramadol", "2026-05-11", 30, False),
        ("Ibuprofen", "2026-05-11", None, False),
        # It may have been begun before the injection.
        ("Morphine", "2026-05", 20, False),
        ("Morphine", "2026-06", 20, True),
    ],
)
def test_more_of_an_opioid_or_a_new_one_after_the_injection(
    name: str, begun: str, per_day: Any, flagged: bool
) -> None:
    before = drug(1, "Tramadol", "2026-04-01", "2026-05-11", 40)
    assert raised(before, drug(2, name, begun, None, per_day)) == ([2] if flagged else [])


def test_more_of_an_opioid_is_more_in_all() -> None:
    """What is added beside what goes on counts with it; what takes its place counts alone."""
    goes_on = drug(1, "Tramadol", "2026-04-01", None, 40)
    assert raised(goes_on, drug(2, "曲马多", "2026-05-20", None, 20)) == [2]
    ended = drug(1, "Tramadol", "2026-04-01", "2026-05-20", 40)
    assert raised(ended, drug(2, "Tramadol SR", "2026-05-20", None, 40)) == []
    assert raised(
        ended, drug(2, "Tramadol", "2026-05-21", None, 30), drug(3, "Tramadol", "2026-05-21", None, 30)
    ) == [
        2,
        3,
    ]
    two = (drug(1, "Tramadol", "2026-04-01", "2026-05-20", 40), drug(2, "Tramadol", "2026-04-01", None, 40))
    assert raised(*two, drug(3, "Tramadol", "2026-05-21", None, 40)) == []
    assert raised(*two, drug(3, "Tramadol", "2026-05-21", None, 41)) == [3]


def test_a_dose_that_may_have_ended_is_not_counted_beside_the_next() -> None:
    ended = drug(1, "Tramadol", "2026-04-01", "2026-05", 40)
    assert raised(ended, drug(2, "Tramadol", "2026-05-20", None, 40)) == []


def test_before_the_injection_nothing_is_raised() -> None:
    assert raised(drug(1, "Morphine", "2026-05-11", None, 20), injected=None) == []
