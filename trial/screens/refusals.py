"""A refusal on a screen: a page with its sentence and its status."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from trial.access import held
from trial.models import User
from trial.refusals import Refusal
from trial.selectors import accounts, memberships


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
    """The page of a refusal. What may not be seen looks like what is not there, to the byte.

    Who has no role today is told since when or from when on, and whom to ask: every other page leads here.
    """
    if refusal.code == "right" and isinstance(request.user, User) and not held(request.user):
        return render(request, "no_role.html", _without_role(request.user), status=refusal.status)
    template = "404.html" if refusal.code == "not_found" else "refusal.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)


def _without_role(person: User) -> dict[str, Any]:
    own = list(memberships.own(person))
    return {
        "roles": [{"membership": each, "ended": accounts.ended(each)} for each in own],
        "administrators": accounts.administrators({each.site for each in own}),
    }
