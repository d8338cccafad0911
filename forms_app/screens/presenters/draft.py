"""What a page says of a draft: that there is one, how it differs from what is saved, where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from forms_app.models import Draft
from forms_app.screens.presenters.conflict import Difference, compare
from forms_app.screens.typed import Typed
from trial.crf.answers import Answers


@dataclass(frozen=True)
class Offer:
    """A draft that is offered back; `moved` says that the form was saved since its typing began."""

    differences: list[Difference]
    kept: str
    moved: bool


@dataclass(frozen=True)
class Line:
    """Where what is typed is kept. `kind` names the sentence of `components/kept.html`.

    `form`, `draft` and `discard` are addresses. `seen` and `step` are those of the draft that the page
    shows: only that one may be typed over here.
    """

    kind: str
    at: str
    form: str
    draft: str
    discard: str
    person: str
    time_zone: str
    seen: str = ""
    step: int = 0


def offer(
    form: type[Answers], draft: Draft, stored: Mapping[str, Any] | None, typed: Typed, time_zone: str
) -> Offer | None:
    """The draft beside the document that is saved; None when it says nothing else."""
    found = compare(form, stored, typed)
    if typed.reason.strip():
        found.append(Difference("", _("Reason for the change"), "", typed.reason.strip()))
    if not found:
        return None
    return Offer(
        found, time(draft.saved_at, time_zone), draft.version != (stored["version"] if stored else None)
    )


def time(at: datetime, time_zone: str) -> str:
    """The time at the site, with the date when it is not today."""
    zone = ZoneInfo(time_zone)
    local = localtime(at, zone)
    return date_format(
        local, "TIME_FORMAT" if local.date() == localdate(timezone=zone) else "DATETIME_FORMAT"
    )
