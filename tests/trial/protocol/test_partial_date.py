"""Dates of which the day or the month is not known: what they can be, and what is sure of them."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trial.crf.answers import NotBefore
from trial.protocol.partial_date import PartialDate, add_months, surely_before

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
# A day, and how much of it is known: its year, its month too, or all of it.
KNOWN = st.sampled_from((4, 7, 10))


def cut(day: date, length: int) -> str:
    return day.isoformat()[:length]


@given(DAYS, KNOWN)
def test_what_is_written_is_read_and_written_again(day: date, length: int) -> None:
    text = cut(day, length)
    read = PartialDate.parse(text)
    assert str(read) == text
    assert read.is_complete == (length == 10)


@given(DAYS, KNOWN)
def test_the_day_lies_between_the_first_and_the_last_that_it_can_be(day: date, length: int) -> None:
    read = PartialDate.parse(cut(day, length))
    assert read.first <= day <= read.last
    assert (read.first == read.last) == read.is_complete
    # One day further, and the text would be another.
    assert cut(read.first, length) == cut(read.last, length) == cut(day, length)
    assert cut(read.first - timedelta(days=1), length) != cut(day, length)
    assert cut(read.last + timedelta(days=1), length) != cut(day, length)


@given(DAYS, KNOWN, DAYS, KNOWN)
def test_surely_before_holds_for_every_day_that_both_can_be(
    one: date, known: int, other: date, also: int
) -> None:
    earlier, later = cut(one, known), cut(other, also)
    if surely_before(earlier, later):
        assert one < other
        assert not surely_before(later, earlier)
    if known == also == 10:
        assert surely_before(earlier, later) == (one < other)


@given(DAYS, KNOWN, DAYS, KNOWN)
def test_the_rule_of_the_form_and_the_one_of_the_database_agree(
    one: date, known: int, other: date, also: int
) -> None:
    """The database compares as many letters as both have; the form compares dates."""
    later, earlier = cut(one, known), cut(other, also)
    length = min(known, also)
    by_text = later[:length] < earlier[:length]
    assert NotBefore("later", "earlier", "").broken({"later": later, "earlier": earlier}) == by_text


@pytest.mark.parametrize(
    "text",
    [
        *("", "19", "201", "2019-", "2019-1", "2019-13", "2019-00", "2019-02-30", "2019-02-29"),
        *("2019-05-32", "20190517", "2019-05-17T10:00", " 2019", "2019-05-1", "0000", "２０１９"),
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_the_ends_of_a_month_are_those_of_the_calendar(text: str, first: date, last: date) -> None:
    assert (PartialDate.parse(text).first, PartialDate.parse(text).last) == (first, last)


# Months


@given(DAYS, st.integers(-600, 600))
def test_months_later_it_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, monthrange(moved.year, moved.month)[1])


@given(DAYS, DAYS, st.integers(0, 600))
def test_months_keep_the_order_of_days(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_over_month_ends_and_leap_days(day: date, months: int, moved: date) -> None:
    assert add_months(day, months) == moved
