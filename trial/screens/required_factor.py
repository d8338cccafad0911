"""Keeps whoever needs a second factor and has none from everything else until it is set up."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from trial.api import problems
from trial.models import User
from trial.refusals import Refusal
from trial.services import second_factors

# What somebody without the second factor that the role needs may still do: set one up, or leave.
OPEN = frozenset(
    {
        "second-factors",
        "second-factor-app",
        "second-factor-picture",
        "second-factor-key",
        "second-factor-key-challenge",
        "sign-out",
        "sign-in",
        "session",
        "language",
        "scheme",
        "healthz",
    }
)


class RequiredFactorMiddleware:
    """Leads who needs a second factor and has none to the page where it is set up, whatever was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponseBase | None:
        page = request.resolver_match.url_name if request.resolver_match else None
        person = request.user
        if page in OPEN or not isinstance(person, User) or not second_factors.missing(person):
            return None
        return _refused() if request.path.startswith("/api/") else _led(request)


def _led(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Your role signs, so you need a sign-in app or key. Set one up first."))
    return redirect("second-factors")


def _refused() -> JsonResponse:
    refusal = Refusal("second_factor_missing")
    answer = problems.problem(refusal)
    return JsonResponse(answer.data, status=refusal.status, content_type=problems.MEDIA_TYPE)
