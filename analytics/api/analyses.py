from math import isfinite
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.models import Estimate, Rebuild, Run
from analytics.models.estimate import ESTIMATE_KINDS
from analytics.selectors import reports, standings, study_lock
from analytics.selectors.reports import MONITORING, Reported, Status
from analytics.selectors.since import Shift, Since
from analytics.selectors.study_lock import StudyLock
from trial.access import Right, check_right
from trial.api import parameters
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of


class DegreesOfFreedomField(serializers.FloatField):
    """JSON has no infinity."""

    def to_representation(self, value: float) -> Any:
        return value if isfinite(value) else None


class EstimateSerializer(serializers.ModelSerializer[Estimate]):
    kind = serializers.ChoiceField(
        choices=ESTIMATE_KINDS, help_text="The mean at a visit, or its change from the reference visit"
    )
    df = DegreesOfFreedomField(
        allow_null=True, help_text="null: infinite, where the normal distribution was declared"
    )

    class Meta:
        model = Estimate
        fields = (
            *("kind", "visit", "estimate", "se", "df", "lower", "upper"),
            *("statistic", "p", "p_adjusted", "lower_adjusted", "upper_adjusted"),
        )
        extra_kwargs = {
            "p_adjusted": {"help_text": "Over all changes, by the declared adjustment; null for a mean"},
            "lower_adjusted": {"help_text": "Of the interval that goes with p_adjusted"},
            "upper_adjusted": {"help_text": "Of the interval that goes with p_adjusted"},
        }


class AttemptSerializer(serializers.Serializer[dict[str, str]]):
    covariance = serializers.CharField()
    reason = serializers.CharField(help_text="Why it could not be fitted, in a sentence")


class ParameterSerializer(serializers.Serializer[tuple[str, float]]):
    """Of the pair that a run keeps."""

    name = serializers.CharField()
    value = serializers.FloatField()

    def to_representation(self, instance: tuple[str, float]) -> dict[str, Any]:
        return dict(zip(("name", "value"), instance, strict=True))


class RunSerializer(serializers.ModelSerializer[Run]):
    position = serializers.CharField(help_text="The exact “as of” of its data: epoch/snapshot of the ledger")
    messages = serializers.ListField(
        child=serializers.CharField(), help_text="Sentences about the fit; why there is none when it failed"
    )
    at_boundary = serializers.ListField(
        child=serializers.CharField(),
        help_text="Covariance parameters that were held at the end of their range",
    )
    attempts = AttemptSerializer(many=True, help_text="Covariances that were tried before the one fitted")
    covariance_parameters = ParameterSerializer(
        many=True, help_text="Natural parameters of the covariance that was fitted"
    )
    estimates = EstimateSerializer(many=True, help_text="Empty when the fit failed")

    class Meta:
        model = Run
        fields = (
            *("id", "fitted_at", "position", "data_hash", "statistics_digest", "code_version"),
            *("n_participants", "n_observations", "model", "method", "df_method", "information"),
            *("adjustment", "level", "covariance", "covariance_fitted", "covariance_parameters", "attempts"),
            *("converged", "iterations", "gradient_norm", "log_likelihood", "at_boundary"),
            *("messages", "estimates"),
        )
        extra_kwargs = {
            "data_hash": {"help_text": "Of the values, as docs/explanation/incremental-refit.md defines it"},
            "statistics_digest": {"help_text": "SHA-256 of the sufficient statistics that were fitted"},
            "df_method": {"help_text": "How standard errors and degrees of freedom were found"},
            "information": {
                "help_text": "Of the covariance parameters in Kenward–Roger: observed or expected"
            },
            "level": {"help_text": "Of confidence, of all intervals"},
            "adjustment": {"help_text": "Of the changes, for being several"},
            "covariance": {"help_text": "As declared"},
            "covariance_fitted": {"help_text": "What was fitted: a fall-back where attempts failed before"},
            "gradient_norm": {
                "help_text": "How far the search ended from the maximum of the likelihood, in standard errors"
            },
        }


class ShiftSerializer(serializers.Serializer[Shift]):
    kind = serializers.ChoiceField(choices=ESTIMATE_KINDS)
    visit = serializers.CharField()
    before = serializers.FloatField(allow_null=True, help_text="In the earlier run; null where it had none")
    now = serializers.FloatField(allow_null=True, help_text="In this run; null where it has none")
    difference = serializers.FloatField(allow_null=True, help_text="now minus before")


class SinceSerializer(serializers.Serializer[Since]):
    run = serializers.IntegerField(source="before.pk", help_text="The earlier run")
    covariance_fitted = serializers.CharField(
        source="before.covariance_fitted",
        help_text="What the earlier run fitted; if it is another than now, the model moved the estimates too",
    )
    values = serializers.IntegerField(help_text="How many values came; went, when negative")
    participants = serializers.IntegerField(help_text="How many participants came; went, when negative")
    estimates = ShiftSerializer(source="shifts", many=True)


class RebuildSerializer(serializers.ModelSerializer[Rebuild]):
    position = serializers.CharField(help_text="The “as of” at which both were compared")

    class Meta:
        model = Rebuild
        fields = ("at", "agreed", "position")


class AnalysisSerializer(serializers.Serializer[Reported]):
    outcome = serializers.CharField(source="analysis.outcome")
    title = serializers.SerializerMethodField()
    unit = serializers.SerializerMethodField()
    status = serializers.ChoiceField(
        choices=[status.value for status in Status],
        help_text="stale: the run has not seen all data, and a refit is under way",
    )
    looks = serializers.IntegerField(help_text="How many different states of the data it was fitted to")
    monitoring = serializers.SerializerMethodField(
        help_text="How not to read the p values; once the study is locked, since when and under which seal"
    )
    rebuild = RebuildSerializer(
        allow_null=True,
        help_text="The newest comparison of the running statistics with those of all records",
    )
    run = RunSerializer(allow_null=True, help_text="The newest run; null before the first fit")
    since = SinceSerializer(
        allow_null=True,
        help_text="What the run changed against the last one fitted to other data; null without both",
    )

    def get_title(self, reported: Reported) -> str:
        return _(reported.analysis.title)

    def get_unit(self, reported: Reported) -> str:
        return _(reported.analysis.unit)

    def get_monitoring(self, reported: Reported) -> str:
        locked: StudyLock | None = self.context["study_lock"]
        return locked.words if locked else _(MONITORING)


class AnalysesView(Endpoint):
    """The declared analyses, each with its newest run."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "status", str, enum=[status.value for status in Status], description="Only this status"
            ),
            *PAGING,
        ],
        responses=page_serializer(AnalysisSerializer),
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_ESTIMATES)
        status = parameters.one_of(request, "status", Status)
        found = [each for each in reports.report(standings.read()) if status in ("", each.status.value)]
        page = page_among(request, enumerate(found), lambda each: (each[0],))
        locked = study_lock.read()
        return page.answer(lambda each: _plain(each[1], locked))


class AnalysisView(Endpoint):
    """The analysis of one outcome, with its newest run."""

    @extend_schema(responses=AnalysisSerializer)
    def get(self, request: Request, outcome: str) -> Response:
        check_right(user_of(request), Right.VIEW_ESTIMATES)
        found = reports.report(standings.read([standings.analysis_of(outcome)]))
        return Response(_plain(found[0], study_lock.read()))


def _plain(reported: Reported, locked: StudyLock | None) -> Any:
    return AnalysisSerializer(reported, context={"study_lock": locked}).data
