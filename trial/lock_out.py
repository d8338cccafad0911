"""Lock-out: after failures in a row nobody can try an account from that address any more, for a while.

django-axes counts, by what was typed as the user name: an account that does not exist is locked in the same
way. A sign-in is counted by Django's own signals; whatever else proves a person (a code, the password before
a signature) is counted here.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.mail import mail_admins
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override

from trial.refusals import Refusal

CLIENT_HEADERS = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT", "HTTP_ACCEPT", "PATH_INFO")
CLIENT: ContextVar[dict[str, str]] = ContextVar("client", default={})  # noqa: B039  # never written to


class ClientMiddleware:
    """Remembers from where each request comes, for what is counted far from it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = CLIENT.set({name: request.META[name] for name in CLIENT_HEADERS if name in request.META})
        try:
            return self.get_response(request)
        finally:
            CLIENT.reset(token)


def check(username: str) -> None:
    """Raise Refusal while nobody can try this account from where the request comes."""
    if not AxesProxyHandler.is_allowed(_client(), {"username": username}):
        raise refusal()


def count(username: str) -> None:
    """One more failure. Call it outside a transaction that the failure ends: it must be kept."""
    user_login_failed.send(__name__, credentials={"username": username}, request=_client())


def forget(username: str) -> None:
    """The person has proven who they are: what failed before from there counts no more."""
    client = _client()
    AxesProxyHandler.update_request(client)
    AxesProxyHandler.reset_attempts(username=username, ip_address=client.axes_ip_address)  # type: ignore[attr-defined]


def tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The account that somebody tries, whatever letters of the user name were capitals."""
    name = (credentials or request.POST).get("username")
    return name.lower() if name else None


def refusal() -> Refusal:
    cool_off = get_cool_off()
    minutes = int(cool_off.total_seconds() // 60) if cool_off else 0
    return Refusal("locked_out", minutes=minutes)


def alarm(*, request: HttpRequest, username: str | None, ip_address: str | None, **_more: Any) -> None:
    """Tell those who run the server, once for each lock-out (21 CFR 11.300(d))."""
    if getattr(request, "axes_failures_since_start", None) is None:
        return  # tried again while locked out
    with override(settings.LANGUAGE_CODE):
        subject = _("Sign-in locked")
        sentence = _(
            "After {limit} failures in a row nobody can sign in as “{username}” from {address} for a while. "
            "If this was not the person who has the account, look into it."
        ).format(limit=settings.AXES_FAILURE_LIMIT, username=username, address=ip_address or _("unknown"))
    transaction.on_commit(lambda: mail_admins(subject, sentence), robust=True)


def _client() -> HttpRequest:
    """A request that holds nothing but where it comes from: what was typed must not be kept."""
    request = HttpRequest()
    request.META.update(CLIENT.get())
    return request
