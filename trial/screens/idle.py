"""Idle log-out at the edge: what counts as an act of the person, and what a page is told of the time left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trial.screens.people import person_of
from trial.sessions import SessionStore

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class TimeLeft:
    """In seconds: until a session ends if nobody does anything, and whatever anybody does."""

    idle: int
    last: int
    warning: int
    renewal: int


def background(view: View) -> View:
    """A view that a page asks by itself: a request for it is no act of the person."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


class IdleMiddleware:
    """Each act of a signed-in person begins the idle time anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> None:
        # Without a cookie there is no session to read.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not getattr(view, "is_background", False):
            _session(request).renew()


@background
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """What is left of the session, and whose it is; a POST says that the person is there.

    Nobody's is answered in the same shape: a page takes no redirect for the end of its session.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"idle": 0, "last": 0, "person": None})
    if request.method == "POST":
        _session(request).renew()
    left = _time_left(_session(request))
    return JsonResponse({"idle": left.idle, "last": left.last, "person": person_of(request).sign})


def time_left(request: HttpRequest) -> TimeLeft | None:
    """For a page; None when nobody is signed in. A request that was refused early has no session."""
    store = getattr(request, "session", None)
    return _time_left(store) if isinstance(store, SessionStore) and store.is_signed_in else None


def _session(request: HttpRequest) -> SessionStore:
    assert isinstance(request.session, SessionStore)
    return request.session


def _time_left(store: SessionStore) -> TimeLeft:
    now = timezone.now()
    return TimeLeft(
        idle=_seconds(store.ends_at - now),
        last=_seconds(store.last_end - now),
        # However short the idle time is, most of it passes without a warning.
        warning=_seconds(min(settings.SESSION_IDLE_WARNING, settings.SESSION_IDLE / 3)),
        renewal=_seconds(settings.SESSION_RENEWAL),
    )


def _seconds(span: timedelta) -> int:
    return max(0, ceil(span / SECOND))
