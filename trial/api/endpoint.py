"""What every address of the API does alike, so that no view has to: the query, the fields, ETags and limits.

An address knows the parameters that its description names, and refuses any other. Of what can be read,
`fields` chooses members. Whatever is read carries an ETag of its content, behind the version where there is
one ("3.0c1e…"), and is not sent again to who has it.
"""

import re
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from trial.api import parameters
from trial.api.described import FIELDS, Described, described
from trial.api.problems import problem
from trial.refusals import Refusal

# Of an answer with `fields`: its members are not those that the schema requires.
PARTIAL = "application/vnd.fascicle.partial+json"
VERSION = re.compile(r'"\d+"')
DIGITS = 16


class Endpoint(APIView):
    """A view of the API."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        handler = getattr(self, str(request.method).lower(), None)
        if handler is not None:
            self.described = described(self, handler)
            parameters.check(request, self.described.parameters)
            self.chosen = _chosen(request, self.described)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if budget := getattr(request._request, "budget", None):
            for name, value in budget.headers.items():
                answer.headers[name] = value
        if request.method in SAFE_METHODS and answer.status_code == 200 and not answer.streaming:
            _validate(self, request, answer)
        return answer


def _validate(view: Endpoint, request: Request, answer: HttpResponse) -> None:
    """Give what was read its ETag, and answer by it."""
    if not isinstance(answer, Response):
        return _compare(request, answer)
    if chosen := getattr(view, "chosen", ()):
        answer.data, answer.content_type = _only(answer.data, chosen), PARTIAL
    answer.add_post_render_callback(lambda rendered: _compare(request, rendered))
    return None


def _compare(request: Request, answer: Any) -> None:
    """Send nothing to who has it already, and refuse who asks for what stands no more (RFC 9110)."""
    tag = answer.headers["ETag"] = _tag(answer)
    wanted, known = (parse_etags(request.headers.get(name, "")) for name in ("If-Match", "If-None-Match"))
    if wanted and not any(_names(each, tag) for each in wanted):
        _replace(answer, problem(Refusal("version_stale")))
    elif known and any(each == "*" or each.removeprefix("W/") == tag for each in known):
        answer.status_code, answer.content = 304, b""
        answer.headers.pop("Content-Type", None)


def _tag(answer: HttpResponse) -> str:
    """The ETag that the view gave, with that of the content behind a version."""
    given = answer.headers.get("ETag", "")
    if given and not VERSION.fullmatch(given):
        return str(given)
    digest = sha256(answer.content).hexdigest()[:DIGITS]
    return f'"{given.strip(chr(34))}.{digest}"' if given else f'"{digest}"'


def _names(wanted: str, tag: str) -> bool:
    """Whether an If-Match names what stands: by its ETag, or by the version alone."""
    return wanted in ("*", tag, f'{tag.partition(".")[0]}"')


def _replace(answer: Any, refused: Response) -> None:
    """The refusal in place of what was rendered already."""
    answer.status_code = refused.status_code
    answer.content = JSONRenderer().render(refused.data)
    answer.headers["Content-Type"] = refused.content_type


def _chosen(request: Request, told: Described) -> tuple[str, ...]:
    """The members that `fields` names; none: all."""
    asked = request.query_params.get(FIELDS)
    if asked is None:
        return ()
    chosen = tuple(dict.fromkeys(asked.split(",")))
    for name in chosen:
        if name not in told.members:
            raise Refusal("field_unknown", field=name, known=", ".join(told.members))
    return chosen


def _only(data: Any, chosen: tuple[str, ...]) -> Any:
    """Of an object, or of each row of a page, the members that were chosen."""
    if isinstance(data, dict) and isinstance(data.get("results"), list):
        return {**data, "results": [_only(row, chosen) for row in data["results"]]}
    return {name: data[name] for name in chosen}
