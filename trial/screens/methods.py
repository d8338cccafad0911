"""Methods of HTTP that no page answers, whatever its view would do with them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

# The API refuses in its own words what an address of it does not answer.
ANSWERED = ("GET", "HEAD", "POST", "OPTIONS")


class KnownMethodsMiddleware:
    """TRACE would send back what scripts may not read; to others a view might answer as to a GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ANSWERED or request.path_info.startswith("/api/"):
            return self.get_response(request)
        return HttpResponseNotAllowed(ANSWERED)
