"""A refusal on a screen: a page with its sentence and its status."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from trial.refusals import Refusal


class RefusalMiddleware:
    """Answers for a Refusal that a screen did not answer for itself; the API has its own words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal) and not request.path.startswith("/api/"):
            return page(request, exception)
        return None


def page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal. What may not be seen looks like what is not there, to the byte."""
    template = "404.html" if refusal.code == "not_found" else "refusal.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)
