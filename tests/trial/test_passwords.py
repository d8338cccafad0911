"""Passwords that anybody would try: refused without asking another server."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from forms_app.demo.accounts import PASSWORD
from trial.models import User
from trial.passwords import KNOWN

pytestmark = pytest.mark.requirement("P11.300")

SOMEBODY = User(username="ana", full_name="Ana Example", email="ana@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "1qaz2wsx3edc4rfv",
        "314159265358979",
        "ana.example.org",
        "fascicle2026!",
        "Fascicle-Trial-Study-1",
        "thoracolumbar fascia",
        "TLFI-PILOT-2026",
        "synthetic-fascia-26",
        "fascia" * 5,
        "trial aaaaaaaaaaaaaa",
    ],
)
def test_what_everybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, SOMEBODY)


NORA = User(username="n.newberg", full_name="Nora Ní Bhriain", email="quill99@example.org")


@pytest.mark.parametrize("word", ["nora", "NORA", "bhriain", "newberg", "quill"])
def test_no_word_of_the_own_name_stands_in_a_password(word: str) -> None:
    with pytest.raises(ValidationError, match="a part of your name"):
        validate_password(f"{word}-kelp7-lumber", NORA)


def test_a_short_word_of_the_own_name_may_stand_in_a_longer_one() -> None:
    validate_password("the knight of example", NORA)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "a long synthetic phrase", "Kelp7 lumbar quartz!"]
)
def test_a_phrase_is_taken(password: str) -> None:
    validate_password(password, SOMEBODY)


def test_the_password_of_the_demonstration_is_for_the_demonstration_alone() -> None:
    assert PASSWORD in KNOWN
    validate_password(PASSWORD, User(username="investigator", full_name="Ines", is_demo=True))
