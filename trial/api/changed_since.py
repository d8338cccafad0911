"""The filter of a list by what changed since a cursor of the feed of changes."""

from collections.abc import Callable

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from trial.selectors import changes
from trial.selectors.changes import Cursor

NAME = "changed_since"
CHANGED_SINCE = OpenApiParameter(
    NAME,
    str,
    description="Only what changed since this cursor, a `next` of `/api/v1/changes/`. "
    "Ask there for the next one (`since=now`) before you read the list",
)


def condition(request: Request, changed: Callable[[Cursor], Q]) -> Q:
    """What the list is filtered by; nothing, when no cursor is sent."""
    text = request.query_params.get(NAME, "")
    return changed(changes.read(text, NAME)) if text else Q()
