"""The submissions that tests begin with: each form has one, and it leaves nothing open."""

import pytest

from tests import answers
from tests.trial.crf.test_reading import TODAY, YESTERDAY
from trial.crf import registry
from trial.crf.answers import Answers
from trial.crf.reading import read


def test_every_form_has_a_submission() -> None:
    assert set(answers.every_form(YESTERDAY)) == set(registry.codes())


@pytest.mark.parametrize("form", registry.FORMS, ids=lambda form: form.code)
def test_a_complete_submission_is_stored_and_leaves_nothing_open(form: type[Answers]) -> None:
    reading = read(form, answers.every_form(YESTERDAY)[form.code], TODAY)
    assert (reading.errors, reading.unanswered) == ({}, [])


def test_a_serious_event_leaves_nothing_open() -> None:
    form = registry.form("adverse_event")
    assert form is not None
    reading = read(form, answers.serious_event(YESTERDAY), TODAY)
    assert (reading.errors, reading.unanswered) == ({}, [])
