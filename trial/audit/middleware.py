"""Gives every request its route and id, so that its changes can be traced to it."""

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponseBase

from trial.audit.context import ORIGIN, Origin


class OriginMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        route = "api" if request.path.startswith("/api/") else "screen"
        origin = Origin(route, uuid4().hex)
        token = ORIGIN.set(origin)
        try:
            response = self.get_response(request)
        finally:
            ORIGIN.reset(token)
        response["X-Request-ID"] = origin.request_id
        return response
