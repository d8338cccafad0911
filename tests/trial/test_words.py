"""Sentences that are kept: said in the language of who reads them, days included."""

from datetime import date

import pytest
from django.utils.translation import override

from trial.words import Sentence, sentence

DAY = "The renewed consent lies before the first, of {day}."


@pytest.mark.parametrize(("language", "said"), [("en-gb", "31 March 2026"), ("zh-hans", "2026年3月31日")])
def test_a_day_is_said_as_the_language_writes_it(language: str, said: str) -> None:
    fresh = sentence(DAY, day=date(2026, 3, 31))
    kept = Sentence.of(fresh.plain())
    with override(language):
        assert said in str(fresh)
        assert str(kept) == str(fresh)


def test_a_day_is_kept_as_iso_8601() -> None:
    assert sentence(DAY, day=date(2026, 3, 31)).plain()["values"] == {"day": "2026-03-31"}


@pytest.mark.parametrize("text", ["2026", "2026-03", "2026-13-01", "2026-02-30", "Batch 2026-03-31"])
def test_what_is_no_day_is_said_as_it_is(text: str) -> None:
    assert text in str(sentence(DAY, day=text))
