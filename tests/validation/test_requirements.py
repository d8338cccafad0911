"""Every requirement has a test, and no test names one that is not declared. A whole run asks if they pass."""

import re

import pytest

from tests.validation.declared import PROJECT, marks, measured, requirements
from tests.validation.papers import with_the_sponsor

PART_11 = {"P11.10e", "P11.50", "P11.70", "P11.100", "P11.200", "P11.300"}
ALCOA = (
    *("attributable", "legible", "contemporaneous", "original", "accurate"),
    *("complete", "consistent", "enduring", "available", "traceable"),
)
GOOD_PRACTICE = {f"E6.{line}" for line in range(8, 22)}


@pytest.mark.requirement("E6.8", "P11.10a")
def test_every_requirement_has_a_test() -> None:
    without = set(requirements()) - set(marks())
    assert not without, f"no test is marked with {sorted(without)}"


def test_no_test_names_a_requirement_that_is_not_declared() -> None:
    declared = requirements()
    unknown = {code: places for code, places in marks().items() if code not in declared}
    assert not unknown, "docs/validation/requirements.md has no such id"


@pytest.mark.requirement("FAS.named", "EMA.22")
def test_each_regulatory_line_is_a_requirement() -> None:
    declared = set(requirements())
    assert declared >= PART_11 | GOOD_PRACTICE
    assert declared >= {f"FAS.{word}" for word in ALCOA}


def test_what_is_with_the_sponsor_is_no_requirement_of_ours() -> None:
    assert len(with_the_sponsor()) >= 8
    assert not [line for line in with_the_sponsor() if re.search(r"`\w+\.\w+`", line)]


def test_what_is_measured_apart_says_where() -> None:
    named = {each.code: re.findall(r"`([\w/]+\.(?:py|md))`", each.chapter) for each in measured()}
    assert len(named) >= 3
    assert not set(named) & set(requirements())
    for code, places in named.items():
        assert places, code
        assert [place for place in places if not (PROJECT / place).exists()] == []
