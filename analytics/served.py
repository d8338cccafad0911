"""The archive of an export over HTTP, whole or from a byte on: who was cut off goes on (RFC 9110)."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from analytics.models import Export
from analytics.selectors import exports as selector
from analytics.services import exports
from trial.models import User
from trial.refusals import Refusal

CHUNK = 1 << 18
# One stretch; of several the whole is sent, as the standard allows.
STRETCH = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(Exception):
    """The file has nothing of what was asked for."""


class Stretch:
    """So many bytes of a file from where it stands, in pieces; it closes the file."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (piece := self._file.read(min(CHUNK, self._left))):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        self._file.close()


def answer(request: HttpRequest, *, by: User, number: int) -> HttpResponseBase:
    """The archive, or the stretch of it that was asked for. Its ETag is its SHA-256.

    Refused: an export that is not there for this person, or has no file; an If-Match that it does not meet.
    """
    export = selector.get(by, number)
    tag = f'"{export.sha256}"'
    wanted, known = (parse_etags(request.headers.get(name, "")) for name in ("If-Match", "If-None-Match"))
    if wanted and "*" not in wanted and tag not in wanted:
        raise Refusal("version_stale")
    if export.sha256 and known and ("*" in known or tag in known):
        return _headed(HttpResponse(status=304), export)
    try:
        first, last = stretch(request, tag, export.size or 0)
    except Unsatisfiable:
        refused = _headed(HttpResponse(status=416), export)
        refused["Content-Range"] = f"bytes */{export.size}"
        return refused
    return _taken(request, by, number, first, last)


def stretch(request: HttpRequest, tag: str, size: int) -> tuple[int, int | None]:
    """The first byte to send and the last, None for all of them. Raises Unsatisfiable.

    What is no stretch is as if nothing was asked for, and so is one of another file than the present.
    """
    asked = STRETCH.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or not any(asked.groups()) or request.headers.get("If-Range", tag) != tag:
        return 0, None
    begins, ends = asked.groups()
    if not begins:
        # The last so many.
        first, last = max(0, size - int(ends)), size - 1
    else:
        first, last = int(begins), min(int(ends or size - 1), size - 1)
        if ends and int(ends) < first:
            return 0, None
    if first >= size:
        raise Unsatisfiable
    return first, last


def _taken(request: HttpRequest, by: User, number: int, first: int, last: int | None) -> HttpResponseBase:
    if request.method == "HEAD":
        export, path = exports.find(by=by, number=number)
    else:
        export, path = exports.take(by=by, number=number, first_byte=first)
    assert export.size is not None
    length = (export.size if last is None else last + 1) - first
    try:
        file = path.open("rb")
    except FileNotFoundError:
        # It came to its end since it was found.
        raise Refusal("export_lost") from None
    file.seek(first)
    response = _headed(StreamingHttpResponse(Stretch(file, length), content_type="application/zip"), export)
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = f'attachment; filename="{export.name}"'
    if last is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{export.size}"
    return response


def _headed(response: HttpResponseBase, export: Export) -> HttpResponseBase:
    response["ETag"] = f'"{export.sha256}"'
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    return response
