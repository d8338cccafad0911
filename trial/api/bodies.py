"""Reading the JSON body of a request into what services take."""

import json
from typing import Any

from rest_framework.request import Request

from trial.refusals import Refusal


def mapping(request: Request, *allowed: str) -> dict[str, Any]:
    """The body as an object, or the refusal that says what it should be."""
    body = _read(request)
    if not isinstance(body, dict):
        raise Refusal("malformed", problem="Send a JSON object.")
    unknown = sorted(set(body) - set(allowed))
    if unknown:
        known = ", ".join(allowed)
        raise Refusal("malformed", problem=f"Unknown member “{unknown[0]}”. Known here: {known}.")
    return body


def _read(request: Request) -> Any:
    """The body, unless it cannot be stored or said back: half a surrogate pair, or nested without end."""
    try:
        body = request.data
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refusal("malformed", problem="Send whole characters: the body holds half of one.") from None
    except RecursionError:
        raise Refusal("malformed", problem="The body is nested too deeply.") from None
    return body


def text(body: dict[str, Any], name: str) -> str:
    """A member that is text, "" when absent."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal("malformed", problem=f"“{name}” must be text.")
    return value
