"""What each kind of item takes, and the sentence with which it refuses."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from trial.crf import items
from trial.crf.codelists import YES_NO
from trial.crf.items import AnswerError, Item, Limits

RATING = items.Score("Rating", 0, 10)
COUNT = items.Whole("Count")
ANGLE = items.Measure("Angle", 1, unit="deg", hard=(0, 120))
WHOLE_MEASURE = items.Measure("Concentration", 0)
CODE = items.Choice("Answer", YES_NO)
WORDS = items.Text("Words", 10)
DAY = items.Day("Day")
CLOCK = items.Clock("Time")
EVERY = [RATING, COUNT, ANGLE, WHOLE_MEASURE, CODE, WORDS, DAY, CLOCK]


def named(item: Any) -> str | None:
    return item.label if isinstance(item, Item) else None


@pytest.mark.parametrize("item", EVERY, ids=named)
@pytest.mark.parametrize("raw", [None, "", "   ", "\t\n"])
def test_nothing_typed_is_no_answer(item: Item, raw: str | None) -> None:
    assert item.parse(raw) is None


@pytest.mark.parametrize(
    ("item", "raw", "value"),
    [
        (RATING, "7", 7),
        (RATING, 7, 7),
        (RATING, 7.0, 7),
        (RATING, " 7 ", 7),
        (RATING, "7.0", 7),
        (RATING, "07", 7),
        (RATING, "７", 7),  # as an East Asian keyboard types it
        (RATING, 0, 0),
        (RATING, "10", 10),
        (COUNT, "-3", -3),
        (COUNT, "+3", 3),
        (COUNT, 32767, 32767),
        (ANGLE, "20.5", Decimal("20.5")),
        (ANGLE, "20,5", Decimal("20.5")),
        (ANGLE, "20,", Decimal("20.0")),
        (ANGLE, ".5", Decimal("0.5")),
        (ANGLE, 20.5, Decimal("20.5")),
        (ANGLE, Decimal("20.50"), Decimal("20.5")),
        (ANGLE, 20, Decimal("20.0")),
        (ANGLE, "1e1", Decimal("10.0")),
        (WHOLE_MEASURE, "300", Decimal(300)),
        (CODE, "Y", "Y"),
        (CODE, " N ", "N"),
        (WORDS, " ten chars ", "ten chars"),
        (WORDS, "äöü 日本", "äöü 日本"),
        (WORDS, "a\nb", "a\nb"),
        (DAY, "2026-03-31", date(2026, 3, 31)),
        (CLOCK, "14:05", time(14, 5)),
        (CLOCK, "14:05:00", time(14, 5)),
        (CLOCK, "00:00", time(0, 0)),
    ],
    ids=named,
)
def test_an_answer_is_read(item: Item, raw: Any, value: Any) -> None:
    read = item.parse(raw)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("item", "raw", "sentence"),
    [
        (RATING, 11, "Enter a value between 0 and 10; 11 is not possible."),
        (RATING, -1, "Enter a value between 0 and 10; -1 is not possible."),
        (RATING, "4.5", "Enter a whole number; 4.5 has decimals."),
        (RATING, "4,5", "Enter a whole number; 4,5 has decimals."),
        (RATING, True, "Enter a number."),
        (RATING, [7], "Enter a number."),
        (RATING, {"value": 7}, "Enter a number."),
        (RATING, "seven", "Enter a number; “seven” is none."),
        (RATING, "NaN", "Enter a number; “NaN” is none."),
        (RATING, float("nan"), "Enter a number; “nan” is none."),
        (RATING, float("inf"), "Enter a number; “inf” is none."),
        (RATING, "Infinity", "Enter a number; “Infinity” is none."),
        (RATING, "sNaN", "Enter a number; “sNaN” is none."),
        (RATING, "1_0", "Enter a number; “1_0” is none."),
        (RATING, "0x7", "Enter a number; “0x7” is none."),
        (RATING, "7 8", "Enter a number; “7 8” is none."),
        (RATING, ".", "Enter a number; “.” is none."),
        (RATING, "７．５", "Enter a number; “７．５” is none."),
        (RATING, "7\x00", "Enter a number; “7\x00” is none."),
        (COUNT, 32768, "Enter a smaller number; 32768 is not possible."),
        (COUNT, "1e999", "Enter a smaller number; 1e999 is not possible."),
        (COUNT, "1e9999", "Enter a number; “1e9999” is none."),
        (COUNT, "1,000", "Enter the number without a comma; “1,000” can be read in two ways."),
        (ANGLE, "120.1", "Enter a value between 0 and 120 deg; 120.1 is not possible."),
        (ANGLE, "-0.1", "Enter a value between 0 and 120 deg; -0.1 is not possible."),
        (ANGLE, "20.55", "Enter at most 1 decimal; 20.55 has more."),
        (ANGLE, 0.1 + 0.2, "Enter at most 1 decimal; 0.30000000000000004 has more."),
        (ANGLE, "1e-30", "Enter at most 1 decimal; 1e-30 has more."),
        (ANGLE, "1e30", "Enter a smaller number; 1e30 is not possible."),
        (ANGLE, "1.2.3", "Enter a number; “1.2.3” is none."),
        (ANGLE, False, "Enter a number."),
        (WHOLE_MEASURE, "0.5", "Enter at most 0 decimals; 0.5 has more."),
        (CODE, "y", "“y” is not an answer here. Choose one of: Y, N."),
        (CODE, True, "Enter text."),
        (CODE, 1, "Enter text."),
        (CODE, "Y\x00", "“Y\x00” is not an answer here. Choose one of: Y, N."),
        (WORDS, "eleven chars", "Shorten the text to 10 characters; it has 12."),
        (WORDS, "nul\x00", "Remove the control character from the text."),
        (WORDS, "bell\x07!", "Remove the control character from the text."),
        (WORDS, "half \ud800", "Remove the control character from the text."),
        (WORDS, 5, "Enter text."),
        (WORDS, ["a"], "Enter text."),
        (
            DAY,
            "31.03.2026",
            "Enter a date as year-month-day, for example 2026-03-31; “31.03.2026” is none.",
        ),
        (
            DAY,
            "2026-02-30",
            "Enter a date as year-month-day, for example 2026-03-31; “2026-02-30” is none.",
        ),
        (DAY, 20260331, "Enter a date as year-month-day, for example 2026-03-31; “20260331” is none."),
        (
            DAY,
            "2026-03-31\x00",
            "Enter a date as year-month-day, for example 2026-03-31; “2026-03-31\x00” is none.",
        ),
        (CLOCK, "25:00", "Enter a time as hours:minutes, for example 14:05; “25:00” is none."),
        (CLOCK, "2 pm", "Enter a time as hours:minutes, for example 14:05; “2 pm” is none."),
        (CLOCK, "14:05:30", "Enter a time as hours:minutes, for example 14:05; “14:05:30” says more."),
        (CLOCK, "14:05+09:00", "Enter a time as hours:minutes, for example 14:05; “14:05+09:00” says more."),
        (CLOCK, "14:05Z", "Enter a time as hours:minutes, for example 14:05; “14:05Z” says more."),
    ],
    ids=lambda value: named(value) or repr(value)[:20],
)
def test_what_cannot_be_stored_is_refused_with_its_sentence(item: Item, raw: Any, sentence: str) -> None:
    with pytest.raises(AnswerError) as refused:
        item.parse(raw)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("item", [COUNT, ANGLE], ids=named)
def test_a_very_long_number_is_refused_at_once(item: Item) -> None:
    with pytest.raises(AnswerError):
        item.parse("1" * 200_000 + "x")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(0, 10), "between 0 and 10 mm"),
        (Limits(None, 10), "at most 10 mm"),
        (Limits(5, None), "at least 5 mm"),
    ],
)
def test_limits_are_said_in_words(limits: Limits, words: str) -> None:
    assert limits.words("mm") == words


@pytest.mark.parametrize(("value", "admitted"), [(-1, False), (0, True), (10, True), (11, False)])
def test_limits_include_their_ends(value: int, admitted: bool) -> None:
    assert Limits(0, 10).admits(value) is admitted


@pytest.mark.parametrize("value", [-1000, 1000])
def test_open_limits_admit_everything(value: int) -> None:
    assert Limits().admits(value)


@pytest.mark.parametrize(
    ("item", "value", "shown"),
    [
        (ANGLE, Decimal("20.5"), "20.5 deg"),
        (CODE, "Y", "Yes"),
        (CODE, None, ""),
        (CLOCK, time(9, 5), "09:05"),
        (CLOCK, None, ""),
        (RATING, 0, "0"),
    ],
    ids=named,
)
def test_a_value_is_shown_as_people_read_it(item: Item, value: Any, shown: str) -> None:
    assert item.show(value) == shown


def test_a_score_has_its_steps() -> None:
    assert list(RATING.steps) == list(range(11))


@pytest.mark.parametrize("item", EVERY, ids=named)
def test_an_item_is_a_plain_field_in_migrations(item: Item) -> None:
    _, path, arguments, options = item.deconstruct()
    assert path.startswith("django.db.models.")
    assert arguments == []
    assert set(options) <= {"null", "max_length", "max_digits", "decimal_places"}
    assert type(item.clone()).__module__.startswith("django.db.models")
