"""How operations are named in the OpenAPI document; a client that is generated from it calls them so."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

# For an operation without a body of its own, such as DELETE: it takes the reason for the act.
WITH_REASON = {"x-with-reason": True}
# Of an operation whose answer is not kept.
WITHOUT_KEY = "x-without-key"


def refuses(*statuses: int) -> dict[str, Any]:
    """For an operation that refuses with statuses that do not follow from what it takes."""
    return {"x-refuses": list(statuses)}


class Schema(AutoSchema):
    """Names follow from the address: `participants_list`, `visits_retrieve`, `participants_state`."""

    def get_operation_id(self) -> str:
        named = str(super().get_operation_id())
        makes = isinstance(told := self.get_response_serializers(), dict) and {201, 202} & set(told)
        return named if self.method != "POST" or makes else named.removesuffix("_create")

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation and getattr(self.view, "shows_a_secret", False):
            operation[WITHOUT_KEY] = True
        return operation

    def _is_list_view(self, serializer: Any = None) -> bool:
        if serializer is None and is_page(self.get_response_serializers()):
            return bool(self.method == "GET")
        return bool(super()._is_list_view(serializer))


def is_page(responses: Any) -> bool:
    """Whether an operation answers with a page of a list, and not with one object."""
    told = responses.get(200) if isinstance(responses, dict) else responses
    return (
        isinstance(told, type)
        and issubclass(told, serializers.Serializer)
        and {"results", "next", "previous"} <= set(told().fields)
    )
