"""Versions in HTTP: `If-None-Match: *` creates, `If-Match: "3"` changes version 3 (RFC 9110)."""

from django.utils.translation import gettext as _
from rest_framework.request import Request

from trial.refusals import Refusal


def expected_version(request: Request) -> int | None:
    """The version the client read, None when it means to create. Raises Refusal when it says neither."""
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match is None and none_match is not None and none_match.strip() == "*":
        return None
    if match is None:
        raise Refusal("version_missing")
    digits = match.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        problem = _('If-Match takes a version in quotes, for example "3"; {match} is none.')
        raise Refusal("malformed", problem=problem.format(match=match))
    return int(digits)


def etag(version: int) -> dict[str, str]:
    """The header that carries a version."""
    return {"ETag": f'"{version}"'}
