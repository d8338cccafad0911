"""What was observed, without a model, as the engine counted it: unrounded."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import description
from analytics.description import Summary
from analytics.selectors import nameable
from trial.access import Right, can, check_right
from trial.api.endpoint import Endpoint
from trial.api.users import user_of

Described = serializers.Serializer[dict[str, Any]]

EXACT = "Exact, by Clopper and Pearson, 95 %; null of nobody"


class ShareSerializer(serializers.Serializer[description.Share]):
    n = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="null of nobody")
    lower = serializers.FloatField(allow_null=True, help_text=EXACT)
    upper = serializers.FloatField(allow_null=True, help_text=EXACT)


class SpreadSerializer(serializers.Serializer[description.Spread]):
    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True, help_text="With n − 1; null of fewer than two")
    median = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class EventCountSerializer(serializers.Serializer[description.EventCount]):
    kind = serializers.CharField()
    participants = ShareSerializer(source="share")
    events = serializers.IntegerField(help_text="How often it happened")


class SafetySerializer(serializers.Serializer[description.Safety]):
    treated = serializers.IntegerField(help_text="Participants who were injected: of whom all shares are")
    kinds = EventCountSerializer(many=True)
    terms = EventCountSerializer(
        many=True, help_text="By event, as it was written, of the participants whose data are for you"
    )
    terms_hidden = serializers.IntegerField(help_text="Events of participants whose data are not for you")
    complications = EventCountSerializer(many=True, help_text="Immediate complications")
    of_others = serializers.IntegerField(
        help_text="Events of participants who were not injected, not counted"
    )


class AnswerSerializer(Described):
    answer = serializers.CharField()
    participants = ShareSerializer()


class TraitSerializer(Described):
    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    spread = SpreadSerializer(allow_null=True, help_text="Of numbers")
    answers = AnswerSerializer(many=True, help_text="Of what is no number")
    missing = serializers.IntegerField(help_text="Treated participants without an answer")


class ResponseRateSerializer(serializers.Serializer[description.Response]):
    visit = serializers.CharField()
    by_units = ShareSerializer(help_text="Of those with a value at both visits")
    by_percent = ShareSerializer(help_text="The same, of those whose first value is above zero")


class RespondersSerializer(Described):
    outcome = serializers.CharField()
    units = serializers.IntegerField(help_text="By so many units at least")
    percent = serializers.IntegerField(help_text="By this share of the value at the reference visit at least")
    visits = ResponseRateSerializer(many=True)


class DispersionSerializer(Described):
    side = serializers.CharField()
    injected = serializers.IntegerField()
    segments = SpreadSerializer()
    patterns = AnswerSerializer(many=True)


class MissingReasonSerializer(Described):
    reason = serializers.CharField()
    participants = serializers.IntegerField()


class VisitCompletenessSerializer(Described):
    visit = serializers.CharField()
    of = serializers.IntegerField(help_text="Treated participants")
    present = serializers.IntegerField(help_text="Those with a value")
    reasons = MissingReasonSerializer(many=True, help_text="Of the others")


class CompletenessSerializer(Described):
    outcome = serializers.CharField()
    visits = VisitCompletenessSerializer(many=True)


class DescriptionSerializer(Described):
    safety = SafetySerializer()
    baseline = TraitSerializer(many=True)
    responders = RespondersSerializer(many=True, help_text="Only for who may see estimates")
    dispersion = DispersionSerializer(many=True)
    completeness = CompletenessSerializer(many=True)


class DescriptionView(Endpoint):
    """Safety, baseline characteristics, responders, dispersion by side, completeness."""

    @extend_schema(responses=DescriptionSerializer)
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.VIEW_DESCRIPTION)
        summary = description.summary(nameable.read(person))
        found = {
            "safety": summary.safety,
            "baseline": _baseline(summary),
            "responders": _responders(summary) if can(person, Right.VIEW_ESTIMATES) else [],
            "dispersion": _dispersion(summary),
            "completeness": _completeness(summary),
        }
        return Response(DescriptionSerializer(found).data)


def _baseline(summary: Summary) -> list[dict[str, Any]]:
    return [
        {
            "name": _(trait.label),
            "unit": _(trait.unit) if trait.unit else "",
            "spread": trait.spread,
            "answers": _answers(trait.shares),
            "missing": trait.missing,
        }
        for trait in summary.baseline
    ]


def _answers(shares: tuple[tuple[str, description.Share], ...]) -> list[dict[str, Any]]:
    return [{"answer": _(answer), "participants": share} for answer, share in shares]


def _responders(summary: Summary) -> list[dict[str, Any]]:
    return [
        {"outcome": analysis.outcome, "units": rule.units, "percent": rule.percent, "visits": visits}
        for analysis, rule, visits in summary.responders
    ]


def _dispersion(summary: Summary) -> list[dict[str, Any]]:
    return [
        {
            "side": _(each.side),
            "injected": each.injected,
            "segments": each.segments,
            "patterns": _answers(each.patterns),
        }
        for each in summary.dispersion
    ]


def _completeness(summary: Summary) -> list[dict[str, Any]]:
    return [
        {
            "outcome": analysis.outcome,
            "visits": [
                {
                    "visit": each.visit,
                    "of": each.of,
                    "present": each.present,
                    "reasons": [{"reason": _(name), "participants": count} for name, count in each.reasons],
                }
                for each in visits
            ],
        }
        for analysis, visits in summary.completeness
    ]
