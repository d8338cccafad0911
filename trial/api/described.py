"""What the description of an operation says of its query and its answer: both are named there alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.views import APIView

FIELDS = "fields"


# By the method of the class.
KNOWN: dict[Any, "Described"] = {}


@dataclass(frozen=True)
class Described:
    """The parameters of the query; and the members of the answer, or of a row of its page."""

    parameters: frozenset[str]
    members: tuple[str, ...]


def described(view: APIView, handler: Callable[..., Any]) -> Described:
    """Of the method of a view as `extend_schema` describes it; read once for each."""
    method = getattr(handler, "__func__", handler)
    if method not in KNOWN:
        KNOWN[method] = _described(view, method)
    return KNOWN[method]


def _described(view: APIView, method: Any) -> Described:
    schema = getattr(method, "kwargs", {}).get("schema")
    if schema is None:
        return Described(frozenset(), ())
    told = schema()
    told.view, told.method = view, method.__name__.upper()
    query = {
        each.name
        for each in told.get_override_parameters()
        if isinstance(each, OpenApiParameter) and each.location == OpenApiParameter.QUERY
    }
    members = members_of(told.get_response_serializers()) if method.__name__ == "get" else ()
    return Described(frozenset(query | ({FIELDS} if members else set())), members)


def members_of(responses: Any) -> tuple[str, ...]:
    """The members that can be chosen of what an operation answers with."""
    if isinstance(responses, Mapping):
        responses = responses.get(200)
    if isinstance(responses, OpenApiResponse):
        responses = responses.response
    if isinstance(responses, type) and issubclass(responses, serializers.Serializer):
        responses = responses()
    if not isinstance(responses, serializers.Serializer):
        return ()
    rows = responses.fields.get("results")
    if isinstance(rows, serializers.ListSerializer):
        responses = rows.child
    return tuple(responses.fields) if isinstance(responses, serializers.Serializer) else ()
