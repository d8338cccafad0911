"""Each item reaches a dataset, or is named as not submitted: tried by leaving it out."""

from collections import Counter
from typing import Any

import pytest

from analytics.exports.sdtm.datasets import of_participant
from analytics.exports.sdtm.not_submitted import NOT_SUBMITTED
from tests.analytics.exports.sdtm.made import EVERYTHING, Place, casebook, every_item
from trial.crf.items import CriterionMet, Item

ITEMS = every_item()


def told(*arguments: Any) -> list[Any]:
    return list(of_participant(casebook(*arguments)))


@pytest.fixture(scope="module")
def full() -> dict[Any, list[Any]]:
    return {answered: told(answered) for answered in EVERYTHING}


@pytest.mark.parametrize(("place", "item"), ITEMS, ids=[".".join(place) for place, _ in ITEMS])
def test_an_item_changes_the_datasets_or_is_not_submitted(
    place: Place, item: Item, full: dict[Any, list[Any]]
) -> None:
    matters = any(told(answered, place) != full[answered] for answered in EVERYTHING)
    assert matters != (place[1:] in NOT_SUBMITTED)


ENTERED = [(place, item) for place, item in ITEMS if not item.derived]


@pytest.mark.parametrize(("place", "item"), ENTERED, ids=[".".join(place) for place, _ in ENTERED])
def test_a_missing_code_is_told_wherever_the_item_is(place: Place, item: Item) -> None:
    said = any(told(answered, None, {place: "REF"}) != told(answered, place) for answered in EVERYTHING)
    # IE tells who failed which criterion, and nothing else of the criteria; DV what somebody confirmed.
    silent = isinstance(item, CriterionMet) or item.name == "dvconf"
    assert said != (place[1:] in NOT_SUBMITTED or silent)


def test_every_item_that_is_not_submitted_is_there() -> None:
    assert set(NOT_SUBMITTED) <= {place[1:] for place, _ in ITEMS}


def test_no_qualifier_is_told_twice_of_one_record() -> None:
    for answered in EVERYTHING:
        every = {place: "UNK" for place, _ in ENTERED}
        for rows in (told(answered), told(answered, None, every)):
            names = [
                (name, row["IDVAR"], row["IDVARVAL"], row["QNAM"])
                for name, row in rows
                if name.startswith("SUPP")
            ]
            assert [each for each, times in Counter(names).items() if times > 1] == []
            assert all(len(each[3]) <= 8 for each in names)
