"""Pages as a browser meets them: the address of a form, and what its page would send."""

from typing import Any

from django.urls import reverse

from trial.crf.submission import Submission
from trial.models import Participant


def address(participant: Participant, visit: str, form: str) -> str:
    return reverse("record", args=[participant.code, visit, form])


def sent(submission: Submission, **more: Any) -> dict[str, str]:
    """The fields that the page of a form sends for a submission."""
    rows = {"": submission.header}
    for code, entries in submission.groups.items():
        rows |= {f"{code}.{key}.": entry for key, entry in entries.items()}
    fields = {f"{prefix}{name}": value for prefix, row in rows.items() for name, value in row.items.items()}
    fields |= {
        f"missing:{prefix}{name}": code for prefix, row in rows.items() for name, code in row.missing.items()
    }
    return {name: str(value) for name, value in {**fields, **more}.items()}
