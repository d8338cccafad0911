"""Passwords that others would try here first: words of the product, of the study, of the person."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from trial.models import User
from trial.protocol import STUDY

# Of the demonstration, which anybody can read in the source.
KNOWN = ("synthetic-fascia-26",)
OWN_WORDS = ("fascicle", "fascia", "thoracolumbar", "lumbar", "spine", "trial", "study", "synthetic")
# What is left of a password without our own words must still be one.
ENOUGH = 8


class OwnWordsValidator:
    """Refuses what is little more than our own words, and what everybody knows from the demonstration."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is not None and user.is_demo:
            return
        plain = password.casefold()
        if plain in KNOWN or len(_without_own_words(plain)) < ENOUGH:
            raise ValidationError(
                _("This password is made of words that everybody would try here first. Choose other words."),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("Your password cannot be made of the words of this study.")


class OwnNamesValidator:
    """Refuses a password with a word of the person's own name, user name or e-mail address in it."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.casefold()
        if user is not None and any(word in plain for word in _own_names(user)):
            raise ValidationError(
                _("This password has a part of your name, user name or e-mail address in it. Leave it out."),
                code="password_own_name",
            )

    def get_help_text(self) -> str:
        return _("Your password cannot have a part of your name, user name or e-mail address in it.")


def _own_names(user: User) -> set[str]:
    """The words of four letters or more; of the address what stands before the sign."""
    names = " ".join((user.username, user.full_name, user.email.partition("@")[0]))
    return set(re.findall(r"[^\W\d_]{4,}", names.casefold()))


def _without_own_words(password: str) -> str:
    """The letters and digits that remain; several of the same in a row count once."""
    words = sorted((*OWN_WORDS, STUDY.code.casefold()), key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, words)), "", password)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[\W_]", "", rest))
