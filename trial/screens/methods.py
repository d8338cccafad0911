"""What pages answer to methods of HTTP that they do not serve, whatever their views would do with them."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import resolve

# The API refuses in its own words what an address of it does not answer.
ANSWERED = ("GET", "HEAD", "POST", "OPTIONS")
READING = ("GET", "HEAD")


class KnownMethodsMiddleware:
    """TRACE would send back what scripts may not read; to others a view might answer as to a GET.

    Whoever reads an address that only takes what is sent, as after signing in again in the middle of an act,
    is led to the page above it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/"):
            return self.get_response(request)
        if request.method not in ANSWERED:
            return HttpResponseNotAllowed(ANSWERED)
        response = self.get_response(request)
        if response.status_code == HttpResponseNotAllowed.status_code and request.method in READING:
            return redirect(page_above(request.path_info))
        return response


def page_above(address: str) -> str:
    """The nearest address above one that is an address at all; the start page is above everything."""
    above = address.rstrip("/").rpartition("/")[0] + "/"
    try:
        resolve(above)
    except Http404:
        return page_above(above)
    return above
