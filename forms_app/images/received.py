"""The file that a request brings: from memory, within the limit."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from trial.refusals import Refusal


def received(files: Mapping[str, Any], headers: Mapping[str, Any]) -> bytes:
    """The bytes of `file`. Larger requests were dropped unread, so there is only their length to tell by."""
    file = files.get("file")
    if file is not None:
        return bytes(file.read())
    length = str(headers.get("CONTENT_LENGTH") or "0")
    if length.isdigit() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        raise Refusal("image_too_large", most=settings.ATTACHMENT_MB)
    raise Refusal("image_not_sent")
