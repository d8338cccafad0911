"""The page of an address that leads nowhere, with the frame and the words of every other page."""

from django.http import HttpRequest, HttpResponse

from trial.refusals import Refusal


def unknown(request: HttpRequest) -> HttpResponse:
    raise Refusal("not_found")
