from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.codebook.access import check_reader
from analytics.codebook.structure import of_item, structure
from trial.api.endpoint import Endpoint
from trial.api.users import user_of

Structure = serializers.Serializer[dict[str, Any]]


class TermSerializer(Structure):
    def get_fields(self) -> dict[str, Any]:
        # A serializer has a label of its own: the names are given here and not as attributes.
        return {"code": serializers.CharField(), "label": serializers.CharField()}


class DeclaredItemSerializer(Structure):
    """All that is declared of an item; empty where there is nothing to say."""

    def get_fields(self) -> dict[str, Any]:
        texts = {name: serializers.CharField(allow_blank=True) for name in of_item()}
        return {**texts, "codes": TermSerializer(many=True, help_text="Empty for what has no codes")}


class PartSerializer(Structure):
    group = serializers.CharField(allow_blank=True, help_text="Empty for the form itself")
    rows = serializers.CharField(allow_blank=True, help_text="The keys of the rows of a group")
    items = DeclaredItemSerializer(many=True)


class DeclaredFormSerializer(Structure):
    form = serializers.CharField()
    title = serializers.CharField()
    parts = PartSerializer(many=True, help_text="The form itself, then its groups")


class CodebookSerializer(Structure):
    study = serializers.CharField()
    protocol_version = serializers.CharField()
    terms = serializers.CharField(help_text="The version of the controlled terminology of CDISC")
    missing_codes = TermSerializer(many=True, help_text="Why there is no value")
    forms = DeclaredFormSerializer(many=True, help_text="In the order of the casebook")


class CodebookView(Endpoint):
    """Every form, group and item with all that is declared of it, in English as in every export."""

    @extend_schema(responses=CodebookSerializer)
    def get(self, request: Request) -> Response:
        check_reader(user_of(request))
        return Response(CodebookSerializer(structure()).data)
