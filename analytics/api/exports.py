"""Exports over the API: asked for, followed, cancelled, taken."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from analytics import served
from analytics.exports import choices
from analytics.exports.options import Population, Privacy, Status, Values
from analytics.models import Export
from analytics.models.export import EXPORT_STATES
from analytics.selectors import exports as selector
from analytics.services import exports as service
from trial.api.bodies import mapping
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_of, page_serializer
from trial.api.schema import refuses
from trial.api.users import user_of


class ExportChoicesSerializer(serializers.Serializer[Any]):
    """What is exported, and how. What is not sent is as it usually is."""

    shape = serializers.ChoiceField(choices=choices.POSSIBLE["shape"], required=False)
    format = serializers.ChoiceField(choices=choices.POSSIBLE["format"], required=False)
    population = serializers.ChoiceField(choices=[each.value for each in Population], required=False)
    forms = serializers.ListField(
        child=serializers.ChoiceField(choices=choices.POSSIBLE["forms"]),
        required=False,
        help_text="None: all",
    )
    visits = serializers.ListField(
        child=serializers.ChoiceField(choices=choices.POSSIBLE["visits"]),
        required=False,
        help_text="None: all; U stands for every unscheduled one",
    )
    status = serializers.ChoiceField(choices=[each.value for each in Status], required=False)
    seal = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, help_text="The number of a seal: the data as of then"
    )
    position = serializers.CharField(
        required=False, allow_blank=True, help_text="As a manifest or a seal names it"
    )
    privacy = serializers.ChoiceField(choices=[each.value for each in Privacy], required=False)
    blinded = serializers.BooleanField(
        required=False, help_text="Leave out what tells the arms apart, also for who may see it"
    )
    values = serializers.ChoiceField(
        choices=[each.value for each in Values], required=False, help_text="For CSV, like all that follows"
    )
    separator = serializers.ChoiceField(choices=choices.SEPARATORS, required=False)
    decimal = serializers.ChoiceField(choices=choices.DECIMALS, required=False)
    byte_order_mark = serializers.BooleanField(required=False)
    spreadsheet_safe = serializers.BooleanField(
        required=False, help_text="An apostrophe before what a spreadsheet would run: alters such cells"
    )


class ListedExportSerializer(serializers.Serializer[Any]):
    """An export in a list. `written` of `expected` rows (of casebooks: participants) say how far it is."""

    number = serializers.IntegerField()
    by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    choices = ExportChoicesSerializer()
    state = serializers.ChoiceField(choices=EXPORT_STATES)
    written = serializers.IntegerField()
    expected = serializers.IntegerField(allow_null=True)
    sites = serializers.ListField(child=serializers.CharField())
    position = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_blank=True, help_text="Of the whole archive")
    ended_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Until then the file can be fetched")
    problem = serializers.CharField(allow_blank=True, help_text="Why it failed")


class ExportSerializer(ListedExportSerializer):
    """An export, and once it is ready its manifest: every file with its rows and its SHA-256."""

    manifest = serializers.DictField(allow_null=True)


class ExportsView(Endpoint):
    """The exports that you asked for, and those of others that hold nothing that you could not export."""

    @extend_schema(
        operation_id="exports_list", parameters=PAGING, responses=page_serializer(ListedExportSerializer)
    )
    def get(self, request: Request) -> Response:
        return page_of(request, selector.of(user_of(request)), "-id").answer(_listed)

    @extend_schema(
        request=ExportChoicesSerializer,
        responses={202: OpenApiResponse(ExportSerializer, "It is being written")},
        # A seal that there is not.
        extensions=refuses(404),
    )
    def post(self, request: Request) -> Response:
        """Ask for an export: `Location` says where to see how far it is, and then fetch its file."""
        chosen = choices.read(mapping(request, *choices.NAMES))
        made = service.ask(by=user_of(request), options=chosen)
        place = reverse("api-export", args=[made.pk], request=request)
        return Response(_plain(made), 202, headers={"Location": place})


class ExportView(Endpoint):
    """One export: how far it is, or what is in it."""

    @extend_schema(responses=ExportSerializer)
    def get(self, request: Request, number: int) -> Response:
        return Response(_plain(selector.get(user_of(request), number)))

    @extend_schema(responses={200: ExportSerializer})
    def delete(self, request: Request, number: int) -> Response:
        """Cancel an export of your own that is not ready yet."""
        return Response(_plain(service.cancel(by=user_of(request), number=number)))


class ExportFileView(Endpoint):
    """The archive of an export that is ready."""

    @extend_schema(
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="bytes=FIRST- to go on"),
            OpenApiParameter(
                "If-Range", str, OpenApiParameter.HEADER, description="The ETag of what you have"
            ),
        ],
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            (206, "application/zip"): OpenApiTypes.BINARY,
            304: None,
            416: None,
        },
        # It is not ready; its file is gone.
        extensions=refuses(409, 410),
    )
    def get(self, request: Request, number: int) -> HttpResponseBase:
        """Its ETag is its SHA-256. A download that was cut off goes on by `Range` with `If-Range`."""
        return served.answer(request._request, by=user_of(request), number=number)


def _listed(export: Export) -> dict[str, Any]:
    return {
        "number": export.pk,
        "by": export.by.username,
        "asked_at": export.asked_at,
        "choices": export.choices,
        "state": export.state,
        "written": export.written,
        "expected": export.expected,
        "sites": export.sites,
        "position": str(export.position) if export.position else None,
        "name": export.name,
        "size": export.size,
        "sha256": export.sha256,
        "ended_at": export.ended_at,
        "expires_at": export.expires_at,
        "problem": export.problem,
    }


def _plain(export: Export) -> dict[str, Any]:
    return {**_listed(export), "manifest": export.manifest}
