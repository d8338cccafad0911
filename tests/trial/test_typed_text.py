"""Which typed text can be stored."""

import re
import sys
import unicodedata
from importlib import resources

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


@pytest.mark.parametrize(
    "text", ["\u200b", "\u00ad\u2060", "\ufeff \u00a0", "\u3164", "\u2800", "\U000e0041"]
)
def test_what_nobody_can_see_is_refused(text: str) -> None:
    assert typed_text.problem(text, 10) == "Write something that can be read: these characters are invisible."


def test_every_character_that_only_formats_is_one_that_nobody_sees() -> None:
    """But for those with ink that Unicode counts among them, as the signs before Arabic numbers."""
    formats = {each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(each) == "Cf"}
    drawn = {each for each in formats if typed_text.VISIBLE.search(each)}
    assert {unicodedata.name(each).split()[0] for each in drawn} <= {
        *("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN", "SHORTHAND", "MUSICAL", "INTERLINEAR"),
    }


def test_the_database_knows_the_same_characters() -> None:
    rule = resources.files("trial.audit.sql").joinpath("require_reason.sql").read_text(encoding="utf-8")
    assert (
        "".join(re.findall(r"^.*'(.*)'", rule.split("unseen constant text :=")[1], re.M)[:2])
        == typed_text.INVISIBLE
    )
