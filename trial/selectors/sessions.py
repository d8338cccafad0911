"""Reads of who is signed in where."""

from django.db.models import QuerySet
from django.utils import timezone

from trial.models import Session, User


def own(user: User) -> QuerySet[Session]:
    """The sessions of a person that have not ended, the one used last first."""
    return user.sessions.filter(expire_date__gt=timezone.now()).order_by("-seen_at", "created_at")
