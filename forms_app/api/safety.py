from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forms_app.selectors import safety as selector
from forms_app.selectors.safety import SeriousEvent
from trial.access import Right, check_right
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


class SafetyView(APIView):
    """The serious adverse events of your sites: who waits longest for the report comes first."""

    @extend_schema(responses=SeriousEventSerializer(many=True))
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_DATA)
        return Response([_plain(each) for each in selector.visible(user_of(request))])


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
