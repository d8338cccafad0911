from collections.abc import Iterable
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.models import Estimate, Run
from analytics.models.estimate import ESTIMATE_KINDS
from analytics.selectors import reports, standings
from analytics.selectors.reports import Reported, Status
from analytics.selectors.standings import Standing
from trial.access import Right, check_right
from trial.api.users import user_of


class EstimateSerializer(serializers.ModelSerializer[Estimate]):
    kind = serializers.ChoiceField(
        choices=ESTIMATE_KINDS, help_text="The mean at a visit, or its change from the reference visit"
    )

    class Meta:
        model = Estimate
        fields = (
            *("kind", "visit", "estimate", "se", "df", "lower", "upper"),
            *("statistic", "p", "p_adjusted"),
        )


class RunSerializer(serializers.ModelSerializer[Run]):
    position = serializers.CharField(help_text="The exact “as of” of its data: epoch/snapshot of the ledger")
    messages = serializers.ListField(
        child=serializers.CharField(), help_text="Sentences about the fit; why there is none when it failed"
    )
    estimates = EstimateSerializer(many=True, help_text="Empty when the fit failed. Intervals are unadjusted")

    class Meta:
        model = Run
        fields = (
            *("id", "fitted_at", "position", "data_hash", "n_participants", "n_observations", "model"),
            *("covariance", "method", "df_method", "adjustment", "converged", "messages", "estimates"),
        )


class AnalysisSerializer(serializers.Serializer[Reported]):
    outcome = serializers.CharField(source="analysis.outcome")
    title = serializers.CharField(source="analysis.title")
    unit = serializers.CharField(source="analysis.unit")
    status = serializers.ChoiceField(
        choices=[status.value for status in Status],
        help_text="stale: the run has not seen all data, and a refit is under way",
    )
    run = RunSerializer(allow_null=True, help_text="The newest run; null before the first fit")


class AnalysesView(APIView):
    """The declared analyses, each with its newest run."""

    @extend_schema(responses=AnalysisSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        check_right(user_of(request), Right.VIEW_ESTIMATES)
        return _unless_known(request, standings.read(), lambda shown: [_plain(each) for each in shown])


class AnalysisView(APIView):
    """The analysis of one outcome, with its newest run."""

    @extend_schema(responses=AnalysisSerializer)
    def get(self, request: Request, outcome: str) -> HttpResponseBase:
        check_right(user_of(request), Right.VIEW_ESTIMATES)
        standing = standings.read([standings.analysis_of(outcome)])
        return _unless_known(request, standing, lambda shown: _plain(*shown))


def _plain(reported: Reported) -> dict[str, Any]:
    return AnalysisSerializer(reported).data


def _unless_known(request: Request, found: Iterable[Standing], shape: Any) -> HttpResponseBase:
    """What `shape` makes of the reports, or 304 when the client's ETag says that it has it."""
    found = tuple(found)
    tag = standings.etag(found)
    unchanged = get_conditional_response(request._request, etag=tag)
    if unchanged is not None:
        return unchanged
    return Response(shape(reports.report(found)), headers={"ETag": tag, "Cache-Control": "private, no-cache"})
