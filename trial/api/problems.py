"""Every error of the API as an RFC 9457 problem, with the words of the refusal catalogue."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from trial.refusals import Refusal

logger = logging.getLogger("django.request")

MEDIA_TYPE = "application/problem+json"

# Refusals that send back what came: of a lost race. Never of anything that carries a password or a code.
LOST_RACES = frozenset({"version_stale", "exists"})


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: a refusal keeps its words, everything else gets the nearest ones."""
    refusal = _refusal(error)
    if refusal.code == "failed":
        logger.exception("The API failed at %s", context["request"].path, exc_info=error)
    # Who lost the race gets both versions: the one that stands, and the one that was sent.
    sent = {"sent": context["request"].data} if refusal.code in LOST_RACES else None
    return problem(refusal, _headers(error), sent)


def problem(
    refusal: Refusal, headers: dict[str, str] | None = None, more: dict[str, Any] | None = None
) -> Response:
    """The response for a refusal."""
    body = {
        "type": f"/api/v1/docs/#problem-{refusal.kind.number}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.sentence,
        "code": refusal.code,
        **refusal.extra,
        **(more or {}),
    }
    return Response(body, refusal.status, content_type=MEDIA_TYPE, headers=headers)


def _refusal(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return Refusal("not_signed_in")
        case exceptions.PermissionDenied() if "CSRF" in str(error):
            return Refusal("csrf")
        case exceptions.PermissionDenied() | PermissionDenied():
            return Refusal("right", right=str(error) or _("this"))
        case exceptions.NotFound() | Http404():
            return Refusal("not_found")
        case exceptions.ParseError():
            return Refusal("malformed", problem=str(error))
        case exceptions.ValidationError():
            return Refusal("malformed", problem=_in_words(error.detail))
        case exceptions.MethodNotAllowed():
            return Refusal("method", method=str(error.detail).split('"')[1])
        case exceptions.UnsupportedMediaType():
            return Refusal("media_type")
        case exceptions.NotAcceptable():
            return Refusal("not_acceptable")
        case exceptions.Throttled():
            return Refusal("throttled", seconds=_seconds(error))
    return Refusal("failed")


def _in_words(detail: Any) -> str:
    """The messages of a validation error, each with its field."""
    if isinstance(detail, dict):
        return " ".join(f"{name}: {_in_words(value)}" for name, value in detail.items())
    if isinstance(detail, list):
        return " ".join(_in_words(value) for value in detail)
    return str(detail)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(_seconds(error))
    if isinstance(error, Refusal) and error.code == "locked_out":
        headers["Retry-After"] = str(60 * error.details["minutes"])
    return headers


def _seconds(error: Exception) -> int:
    return int(getattr(error, "wait", None) or 1)
