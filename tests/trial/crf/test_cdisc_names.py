"""The names by which items go into a tabulation."""

import pytest

from trial.crf import registry
from trial.crf.items import Item

LONGEST = 8
# The word of an annotated CRF for what stays in the database.
NOT_SUBMITTED = "NOT SUBMITTED"

NAMED = [
    pytest.param(item, id=f"{row.code}.{item.name}")
    for form in registry.FORMS
    for row in (form, *form.groups)
    for item in row.items()
    if item.cdisc not in ("", NOT_SUBMITTED)
]


@pytest.mark.parametrize("item", NAMED)
def test_a_variable_has_at_most_eight_characters(item: Item) -> None:
    domain, _dot, variable = item.cdisc.partition(".")
    assert domain
    assert 0 < len(variable) <= LONGEST


@pytest.mark.parametrize("item", NAMED)
def test_no_number_stands_in_a_variable_of_dates(item: Item) -> None:
    assert not (item.numeric and item.cdisc.endswith("STDTC"))
