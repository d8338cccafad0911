"""Reading the JSON body of a request into what services take."""

import json
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from trial.refusals import Refusal


def mapping(request: Request, *allowed: str) -> dict[str, Any]:
    """The body as an object, or the refusal that says what it should be."""
    return members(_read(request), *allowed)


def members(body: Any, *allowed: str) -> dict[str, Any]:
    """An object of these members, or the refusal that says what it should be."""
    if not isinstance(body, dict):
        raise Refusal("malformed", problem=_("Send a JSON object."))
    unknown = sorted(set(body) - set(allowed))
    if unknown:
        problem = _("Unknown member “{member}”. Known here: {known}.")
        raise Refusal("malformed", problem=problem.format(member=unknown[0], known=", ".join(allowed)))
    return body


def _read(request: Request) -> Any:
    """The body, unless it cannot be stored or said back: half a surrogate pair, or nested without end."""
    try:
        body = request.data
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        problem = _("Send whole characters: the body holds half of one.")
        raise Refusal("malformed", problem=problem) from None
    except RecursionError:
        raise Refusal("malformed", problem=_("The body is nested too deeply.")) from None
    return body


def text(body: dict[str, Any], name: str) -> str:
    """A member that is text, "" when absent."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal("malformed", problem=_("“{name}” must be text.").format(name=name))
    return value
