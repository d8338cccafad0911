from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import opioids as selector
from forms_app.selectors import stored
from forms_app.selectors.opioids import Opioid, Step
from trial.api.endpoint import Endpoint
from trial.api.users import user_of
from trial.models import Participant, Record
from trial.selectors import participants
from trial.selectors.anchors import injection_date

FORM = "medication"


class StepSerializer(serializers.Serializer[Any]):
    """The oral morphine equivalent of a day from a day on, until the next step."""

    day = serializers.DateField()
    milligrams = serializers.FloatField()
    whole = serializers.BooleanField(help_text="Whether every opioid that was taken then has a factor")


class RaisedOpioidSerializer(serializers.Serializer[Any]):
    """An entry of the log by which more was taken than on the day of the injection."""

    repeat = serializers.IntegerField()
    drug = serializers.CharField()
    since = serializers.DateField(help_text="The last day on which it can have begun")


class OpioidsSerializer(serializers.Serializer[Any]):
    """The opioids of a participant over time, against the injection."""

    injected = serializers.DateField(allow_null=True)
    steps = StepSerializer(many=True)
    raised = RaisedOpioidSerializer(many=True)


class OpioidsView(Endpoint):
    """The oral morphine equivalents of a participant, computed from the log of medication."""

    @extend_schema(responses=OpioidsSerializer)
    def get(self, request: Request, code: str) -> Response:
        participant = participants.get(user_of(request), code)
        injected = injection_date(participant)
        found = selector.of(_entries(participant), injected, participant.site.today())
        steps, raised = map(_step, found.steps), map(_raised, found.raised)
        return Response({"injected": injected, "steps": list(steps), "raised": list(raised)})


def _entries(participant: Participant) -> list[tuple[int, dict[str, Any]]]:
    records = list(Record.objects.filter(participant=participant, form=FORM, removed=False))
    answers = stored.read(records)
    return [(record.repeat, dict(answers[record.pk].header.items)) for record in records]


def _step(step: Step) -> dict[str, Any]:
    return {"day": step.day, "milligrams": float(step.per_day), "whole": step.is_whole}


def _raised(opioid: Opioid) -> dict[str, Any]:
    since: date = opioid.course.surely_from
    return {"repeat": opioid.number, "drug": opioid.drug, "since": since}
