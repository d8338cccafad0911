"""Reads of drafts. Everybody has their own, and nobody sees another's."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from forms_app.models import Draft
from forms_app.selectors import versions
from trial.models import Participant, Record, User


class Spot(NamedTuple):
    """Where a draft was typed: a form of a visit, or the entry of a log; 0 is the one without a number."""

    visit: str
    form: str
    repeat: int = 1


def rows(user: User, participant: Participant, visit: str | None, form: str, repeat: int) -> QuerySet[Draft]:
    """The draft of somebody at one form, as a query of no row or one; a form of a log has no visit."""
    return Draft.objects.filter(
        user=user, participant=participant, visit=visit or "", form=form, repeat=repeat
    )


def read(user: User, participant: Participant, visit: str | None, form: str, repeat: int) -> Draft | None:
    return rows(user, participant, visit, form, repeat).first()


def spots(user: User, participant: Participant) -> frozenset[Spot]:
    """At which forms of a participant somebody has drafts; one statement."""
    found = Draft.objects.filter(user=user, participant=participant)
    return frozenset(Spot(*row) for row in found.values_list("visit", "form", "repeat"))


def glance(
    user: User, participant: Participant, visit: str | None, form: str, repeat: int, held: Record
) -> tuple[datetime | None, bool]:
    """When a record was saved last, and whether somebody has a draft of it; one statement."""
    newest = versions.saves(OuterRef("pk")).values("at")[:1]
    waits = Exists(rows(user, participant, visit, form, repeat))
    at, drafted = Record.objects.filter(pk=held.pk).values_list(Subquery(newest), waits).get()
    return at, drafted
