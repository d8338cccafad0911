"""Whom a page of results may name."""

from collections.abc import Sequence
from typing import Any

from trial.access import Right, sites_with
from trial.models import Participant, User


def read(person: User) -> frozenset[str]:
    """The codes of the participants whose data a person may see. Two queries."""
    sites: Sequence[Any] = sites_with(person, Right.VIEW_DATA)
    return frozenset(Participant.objects.filter(site__in=sites).values_list("code", flat=True))
