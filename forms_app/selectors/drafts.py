"""Reads of drafts. Everybody has their own, and nobody sees another's."""

from django.db.models import QuerySet

from forms_app.models import Draft
from trial.models import Participant, User


def rows(user: User, participant: Participant, visit: str | None, form: str, repeat: int) -> QuerySet[Draft]:
    """The draft of somebody at one form, as a query of no row or one; a form of a log has no visit."""
    return Draft.objects.filter(
        user=user, participant=participant, visit=visit or "", form=form, repeat=repeat
    )


def read(user: User, participant: Participant, visit: str | None, form: str, repeat: int) -> Draft | None:
    return rows(user, participant, visit, form, repeat).first()
