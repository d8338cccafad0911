from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import due as selector
from forms_app.selectors import outlines
from forms_app.selectors.due import DueVisit
from forms_app.selectors.status import Status
from trial.access import Right, check_right
from trial.api import parameters
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of
from trial.api.visits import WindowSerializer

STATUSES = tuple(each.value for each in (Status.OVERDUE, Status.DUE, Status.IN_WINDOW, Status.NOT_DUE))


class ContactSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    contact_mode = serializers.CharField()


class DueVisitSerializer(serializers.Serializer[Any]):
    """A visit that is not recorded; `days_left` counts to the last day of its window, negative after it."""

    participant = serializers.CharField()
    site = serializers.CharField()
    visit = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=STATUSES)
    window = WindowSerializer(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    last_contact = ContactSerializer(allow_null=True)


class DueView(Endpoint):
    """The visits that are overdue, then those that can be done today or in the six days after it."""

    @extend_schema(
        parameters=[
            OpenApiParameter("site", str, description="Only this site"),
            OpenApiParameter("visit", str, description="Only this visit"),
            OpenApiParameter("status", str, enum=STATUSES, description="Only this status"),
            *PAGING,
        ],
        responses=page_serializer(DueVisitSerializer),
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_DATA)
        site, visit = parameters.word(request, "site"), parameters.word(request, "visit")
        status = parameters.one_of(request, "status", STATUSES)
        people = [row for row in outlines.read(user_of(request)) if site in ("", row.site.code)]
        found = selector.read(people)
        chosen = [
            each
            for each in (*found.overdue, *found.week)
            if visit in ("", each.awaited.planned.code) and status in ("", each.awaited.status.value)
        ]
        return page_among(request, chosen, _place).answer(_plain)


def _place(visit: DueVisit) -> tuple[bool, date, str, str]:
    """Overdue ones first, by target day."""
    target = visit.window.target if visit.window else date.min
    late = visit.awaited.status is Status.OVERDUE
    return not late, target, visit.participant.code, visit.awaited.planned.code


def _plain(visit: DueVisit) -> dict[str, Any]:
    window, contact = visit.window, visit.last_contact
    return {
        "participant": visit.participant.code,
        "site": visit.participant.site.code,
        "visit": visit.awaited.planned.code,
        "label": _(visit.awaited.planned.label),
        "status": visit.awaited.status.value,
        "window": window and {"first": window.first, "target": window.target, "last": window.last},
        "days_left": visit.days_left,
        "last_contact": contact and {"date": contact.day, "contact_mode": contact.mode},
    }
