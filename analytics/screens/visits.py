"""Visits as the protocol names them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from trial.protocol import STUDY


def label(code: str) -> str:
    """The label of a visit; its code where the schedule has none."""
    visit = STUDY.schedule.visit(code)
    return _(visit.label) if visit else code


def listed(words: Sequence[str]) -> str:
    """One after the other, as a sentence has them."""
    *first, last = words
    return _("{first} and {last}").format(first=_(", ").join(first), last=last) if first else last
