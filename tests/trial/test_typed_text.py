"""Which typed text can be stored."""

import pytest

from trial import typed_text


@pytest.mark.parametrize("text", ["", "x" * 10, "äöü", "日本語", "a\tb\r\nc", "👩‍⚕️", "=1+1"])
def test_what_people_type_can_be_stored(text: str) -> None:
    assert typed_text.problem(text, 10) is None


@pytest.mark.parametrize("text", ["\x00", "a\x07", "\x7f", "\x85", "\ud800"])
def test_what_no_person_types_is_refused(text: str) -> None:
    assert typed_text.problem(text, 10) == "Remove the control character from the text."


def test_what_is_too_long_is_refused_with_its_length() -> None:
    assert typed_text.problem("x" * 11, 10) == "Shorten the text to 10 characters; it has 11."
