from datetime import UTC
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import safety as selector
from forms_app.selectors.safety import SeriousEvent
from trial.access import Right, check_right
from trial.api import parameters
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of


class AlertSerializer(serializers.Serializer[Any]):
    """A notice to the safety contact; `sent_at` is null until it left."""

    version = serializers.IntegerField()
    recipient = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)


class SeriousEventSerializer(serializers.Serializer[Any]):
    """A serious adverse event with the 24 hours from the awareness of the site to the report."""

    participant = serializers.CharField()
    site = serializers.CharField()
    repeat = serializers.IntegerField()
    term = serializers.CharField(allow_null=True)
    grade = serializers.IntegerField(allow_null=True)
    criteria = serializers.ListField(child=serializers.CharField())
    aware = serializers.DateTimeField(allow_null=True)
    deadline = serializers.DateTimeField(allow_null=True)
    reported = serializers.DateTimeField(allow_null=True)
    minutes_left = serializers.IntegerField(
        allow_null=True, help_text="To the deadline, from the report or from now; negative when it was missed"
    )
    alerts = AlertSerializer(many=True)


class SafetyView(Endpoint):
    """The serious adverse events of your sites: who waits longest for the report comes first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("site", str, description="Only this site"),
            OpenApiParameter("participant", str, description="Only this participant"),
            OpenApiParameter("reported", bool, description="Only those that are, or are not, reported"),
            *PAGING,
        ],
        responses=page_serializer(SeriousEventSerializer),
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_DATA)
        site, participant = parameters.word(request, "site"), parameters.word(request, "participant")
        reported = parameters.yes(request, "reported")
        found = [
            each
            for each in selector.visible(user_of(request))
            if site in ("", each.participant.site.code)
            and participant in ("", each.participant.code)
            and reported in (None, each.clock.reported is not None)
        ]
        return page_among(request, found, _place).answer(_plain)


def _place(serious: SeriousEvent) -> tuple[bool, str, str, int]:
    """Who waits longest first, what was reported last; all moments in one zone, or they would not sort."""
    aware = serious.clock.aware.astimezone(UTC).isoformat() if serious.clock.aware else ""
    return serious.clock.reported is not None, aware, serious.participant.code, serious.record.repeat


def _plain(serious: SeriousEvent) -> dict[str, Any]:
    clock = serious.clock
    return {
        "participant": serious.participant.code,
        "site": serious.participant.site.code,
        "repeat": serious.record.repeat,
        "term": serious.event.aeterm,
        "grade": serious.event.aetoxgr,
        "criteria": [name.upper() for name in serious.criterion_items],
        "aware": clock.aware,
        "deadline": clock.deadline,
        "reported": clock.reported,
        "minutes_left": None if clock.left is None else int(clock.left.total_seconds() // 60),
        "alerts": [
            {"version": each.version, "recipient": each.recipient, "sent_at": each.sent_at}
            for each in serious.alerts
        ],
    }
