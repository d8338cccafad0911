from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forms_app.selectors import due as selector
from forms_app.selectors import outlines
from forms_app.selectors.due import DueVisit
from forms_app.selectors.status import Status
from trial.access import Right, check_right
from trial.api.users import user_of
from trial.api.visits import WindowSerializer


class ContactSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    contact_mode = serializers.CharField()


class DueVisitSerializer(serializers.Serializer[Any]):
    """A visit that is not recorded; `days_left` counts to the last day of its window, negative after it."""

    participant = serializers.CharField()
    site = serializers.CharField()
    visit = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(
        choices=[Status.OVERDUE.value, Status.DUE.value, Status.IN_WINDOW.value, Status.NOT_DUE.value]
    )
    window = WindowSerializer(allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    last_contact = ContactSerializer(allow_null=True)


class DueView(APIView):
    """The visits that are overdue, then those that can be done today or in the six days after it."""

    @extend_schema(
        parameters=[OpenApiParameter("site", str, description="Only this site")],
        responses=DueVisitSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_DATA)
        site = request.query_params.get("site", "")
        people = [row for row in outlines.read(user_of(request)) if site in ("", row.site.code)]
        found = selector.read(people)
        return Response([_plain(visit) for visit in (*found.overdue, *found.week)])


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
