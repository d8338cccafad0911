"""Versions in HTTP: `If-None-Match: *` creates, `If-Match: "3"` changes version 3 (RFC 9110).

The ETag of what was read, "3.0c1e…", may be sent back as it is. What follows the version tells apart what is
read beside it, such as questions; a change asks for the version alone.
"""

import re

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from trial.refusals import Refusal

# The version, with or without what the ETag has behind it, and with or without quotes.
SENT = re.compile(r'(?:W/)?("?)(?P<version>[0-9]{1,9})(?:\.[0-9a-f]{16})?\1')

CREATES = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="`*` to create")
CHANGES = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The version you read, in quotes"
)
PRECONDITIONS = [CREATES, CHANGES]


def expected_version(request: Request) -> int | None:
    """The version the client read, None when it means to create. Raises Refusal when it says neither."""
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match is None and none_match is not None and none_match.strip() == "*":
        return None
    if match is None:
        raise Refusal("version_missing")
    sent = SENT.fullmatch(match.strip())
    if sent is None:
        problem = _('If-Match takes a version in quotes, for example "3"; {match} is none.')
        raise Refusal("malformed", problem=problem.format(match=match))
    return int(sent["version"])


def etag(version: int) -> dict[str, str]:
    """The header that carries a version."""
    return {"ETag": f'"{version}"'}
