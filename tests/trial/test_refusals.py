"""The catalogue of refusals, and PostgreSQL's refusals put into its words."""

import re
from string import Formatter
from typing import Any

import pytest
from django.db import DataError, IntegrityError

from tests.sql import rows
from trial.database_refusals import BY_CONSTRAINT, translate
from trial.refusals import CATALOGUE, Kind, Refusal

RAISED_BY_TRIGGERS = {
    "reason_required",
    "participant_state_enrolment",
    "membership_own",
    "data_frozen",
    "data_locked",
    "data_read_committed",
    "participant_busy",
    "lock_own_name",
    "lock_released",
}


def test_no_number_stands_twice() -> None:
    numbers = [kind.number for kind in CATALOGUE.values()]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_each_refusal_is_a_sentence_with_an_http_status(kind: Kind) -> None:
    assert kind.sentence.endswith((".", "{problem}"))
    assert kind.title[0].isupper()
    assert 400 <= kind.status <= 500


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_refusal_can_be_said(code: str) -> None:
    details: dict[str, Any] = {
        name: "x" for _, name, _, _ in Formatter().parse(CATALOGUE[code].sentence) if name
    }
    refusal = Refusal(code, **details)
    assert str(refusal) == refusal.sentence
    assert not re.search(r"[{}]", refusal.sentence)


def test_a_refusal_outside_the_catalogue_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        Refusal("because")


@pytest.mark.parametrize("name", BY_CONSTRAINT)
@pytest.mark.django_db
def test_each_translated_constraint_is_one_that_can_be_broken(name: str) -> None:
    known = {constraint for (constraint,) in rows("select conname from pg_constraint")}
    known |= {index for (index,) in rows("select indexname from pg_indexes where schemaname = 'public'")}
    assert name in known | RAISED_BY_TRIGGERS


def test_a_constraint_without_words_is_named() -> None:
    refusal = translate(IntegrityError("some rule"))
    assert (refusal.code, refusal.sentence) == (
        "database",
        "The rule “some rule” of the database does not allow this.",
    )


def test_a_value_that_does_not_fit_its_column_is_malformed() -> None:
    assert translate(DataError("value too long")).code == "malformed"
