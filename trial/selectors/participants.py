"""Reads of participants: who may not see one learns nothing of it."""

from django.db.models import QuerySet

from trial.access import Right, at_sites_with
from trial.models import Participant, User
from trial.refusals import Refusal


def visible(user: User) -> QuerySet[Participant]:
    """The participants of the sites at which a person may see data."""
    return Participant.objects.filter(at_sites_with(user, Right.VIEW_DATA)).select_related("site")


def get(user: User, code: str) -> Participant:
    """The participant with this code, or the refusal that any unknown code gets."""
    participant = visible(user).filter(code=code).first()
    if participant is None:
        raise Refusal("not_found")
    return participant
