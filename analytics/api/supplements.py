"""What is declared beside an analysis: how far each part has come, and what it says."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.supplement_contents import (
    DiagnosticsContentSerializer,
    InfluenceContentSerializer,
    PlanningContentSerializer,
    SensitivityContentSerializer,
)
from analytics.datasets import awaited
from analytics.models import Run, Supplement
from analytics.models.supplement import SUPPLEMENT_STATES
from analytics.selectors import nameable, standings
from analytics.selectors import supplements as selector
from analytics.selectors.supplements import Known
from analytics.supplements import PARTS
from trial.access import Right, check_right
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of
from trial.audit import positions

UNKNOWN = Known(None, None, 0)


class StandingSerializer(serializers.Serializer[dict[str, Any]]):
    part = serializers.ChoiceField(choices=tuple(PARTS))
    state = serializers.ChoiceField(
        choices=SUPPLEMENT_STATES,
        allow_null=True,
        help_text="For the data of the newest run; null: not asked for yet",
    )
    done = serializers.IntegerField(help_text="How many pieces are calculated")
    total = serializers.IntegerField(allow_null=True, help_text="null: not counted yet")
    problem = serializers.CharField(allow_blank=True, help_text="Why it failed, in a sentence")


class CalculatedSerializer(serializers.ModelSerializer[Supplement]):
    """Where the content comes from."""

    position = serializers.CharField(help_text="The exact “as of” of its data: epoch/snapshot of the ledger")

    class Meta:
        model = Supplement
        fields = ("ended_at", "position", "data_hash", "awaited_hash", "spec", "spec_hash", "code_version")
        extra_kwargs = {
            "data_hash": {"help_text": "Of the values, as docs/explanation/incremental-refit.md defines it"},
            "awaited_hash": {"help_text": "Of the visits that were not over at the position's last event"},
            "spec": {"help_text": "What was declared: the analysis and what stands beside it"},
            "spec_hash": {"help_text": "SHA-256 of the declaration"},
        }


class PartSerializer(StandingSerializer):
    """`content` is added by each part."""

    is_earlier = serializers.BooleanField(help_text="Whether the content is of earlier data")
    calculated = CalculatedSerializer(allow_null=True, help_text="null while there is no content")


class SensitivitySerializer(PartSerializer):
    content = SensitivityContentSerializer(allow_null=True)


class DiagnosticsSerializer(PartSerializer):
    content = DiagnosticsContentSerializer(allow_null=True)


class InfluenceSerializer(PartSerializer):
    content = InfluenceContentSerializer(allow_null=True)


class PlanningSerializer(PartSerializer):
    content = PlanningContentSerializer(allow_null=True)


class SupplementsView(Endpoint):
    """How far each part has come."""

    @extend_schema(parameters=PAGING, responses=page_serializer(StandingSerializer))
    def get(self, request: Request, outcome: str) -> Response:
        check_right(user_of(request), Right.VIEW_ESTIMATES)
        found = [_standing(part, known) for part, known in _known(outcome, PARTS).items()]
        page = page_among(request, enumerate(found), lambda each: (each[0],))
        return page.answer(lambda each: StandingSerializer(each[1]).data)


class SensitivityView(Endpoint):
    """The declared change again: by other models, and under other assumptions about missing values."""

    @extend_schema(responses=SensitivitySerializer)
    def get(self, request: Request, outcome: str) -> Response:
        return _answer(request, outcome, "sensitivity", SensitivitySerializer)


class DiagnosticsView(Endpoint):
    """Whether the declared model describes the data."""

    @extend_schema(responses=DiagnosticsSerializer)
    def get(self, request: Request, outcome: str) -> Response:
        return _answer(request, outcome, "diagnostics", DiagnosticsSerializer)


class InfluenceView(Endpoint):
    """By how much the changes move when a participant is left out."""

    @extend_schema(responses=InfluenceSerializer)
    def get(self, request: Request, outcome: str) -> Response:
        return _answer(request, outcome, "influence", InfluenceSerializer)


class PlanningView(Endpoint):
    """The power of a randomised trial, as a band."""

    @extend_schema(responses=PlanningSerializer)
    def get(self, request: Request, outcome: str) -> Response:
        return _answer(request, outcome, "planning", PlanningSerializer)


def _answer(request: Request, outcome: str, part: str, serializer: type[PartSerializer]) -> Response:
    person = user_of(request)
    check_right(person, Right.VIEW_ESTIMATES)
    known = _known(outcome, [part])[part]
    content = known.shown.content if known.shown else None
    found = {
        **_standing(part, known),
        "is_earlier": known.is_earlier,
        "calculated": known.shown,
        "content": content and _for_reader(content, nameable.read(person)),
    }
    return Response(serializer(found).data)


def _known(outcome: str, parts: Iterable[str]) -> dict[str, Known]:
    """Of the data of the newest run."""
    analysis = standings.analysis_of(outcome)
    (standing,) = standings.read([analysis])
    run = Run.objects.filter(pk=standing.run_id or 0).first()
    hashes = {analysis: run.data_hash} if run else {}
    ahead = awaited.at(positions.current())
    return {part: selector.read(part, hashes, ahead).get(outcome, UNKNOWN) for part in parts}


def _standing(part: str, known: Known) -> dict[str, Any]:
    wanted = known.wanted
    return {
        "part": part,
        "state": wanted.state if wanted else None,
        "done": known.done,
        "total": wanted.total if wanted else None,
        "problem": wanted.problem if wanted else "",
    }


def _for_reader(content: dict[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    """Without the codes and the values of those who may not be named."""
    lists = {name: content[name] for name in ("residuals", "participants") if name in content}
    return {**content, **{name: [_hidden(row, allowed) for row in rows] for name, rows in lists.items()}}


def _hidden(row: dict[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    if row["participant"] in allowed:
        return row
    return {**row, **dict.fromkeys(row.keys() & {"participant", "value"})}
