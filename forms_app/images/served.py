"""How the file of an image leaves: never guessed at, never run, and asked for anew each time."""

from django.http import HttpResponse

from forms_app.images.kinds import SUFFIXES
from forms_app.models import Attachment
from trial.models import Record


def served(content: bytes, media_type: str, mark: str, disposition: str) -> HttpResponse:
    """The answer. The browser keeps the file, and asks each time whether its person may still have it."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-cache",
            "ETag": f'"{mark}"',
        },
    )


def file_name(record: Record, number: int, attachment: Attachment) -> str:
    """A name that says where the image belongs, and nothing that was sent with it."""
    visit = record.visit.code if record.visit else ""
    parts = (record.participant.code, visit, attachment.kind.lower(), str(number))
    return "-".join(parts) + SUFFIXES[attachment.media_type]
