"""Addresses with a null character, which PostgreSQL can neither store nor look for."""

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from trial.api import problems
from trial.refusals import Refusal

NUL = "\0"


class NullCharacterMiddleware:
    """Answers 400 when the path or the query holds one, before anything looks into the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if NUL in request.path_info or NUL in unquote(request.META.get("QUERY_STRING", "")):
            return _refused(request)
        return self.get_response(request)


def _refused(request: HttpRequest) -> HttpResponse:
    if not request.path_info.startswith("/api/"):
        return render(request, "400.html", status=400)
    refusal = Refusal("malformed", problem=_("The address holds a null character. Leave it out."))
    answer = problems.problem(refusal)
    return JsonResponse(answer.data, status=refusal.status, content_type=problems.MEDIA_TYPE)
