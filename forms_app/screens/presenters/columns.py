"""Changes of rows that belong to no form, column by column: of a participant, a visit, a lock, an account."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.screens.presenters.fields import spelt
from forms_app.screens.presenters.history import Line
from forms_app.selectors.history import Change
from trial.crf.codelists import CONTACT_MODE, YES_NO
from trial.models.webhook import Happening
from trial.protocol.marker import N_
from trial.screens.reasons import in_words

# The columns that a person sees, with their names on the screen.
OF_VISIT = {
    "occurred": N_("Did the visit take place?"),
    "visit_date": N_("Date"),
    "contact_mode": N_("How"),
    "reason_not_done": N_("Why it did not take place"),
    "reason_unscheduled": N_("Why the visit is held outside the schedule"),
}
OF_PARTICIPANT = {"state": N_("State"), "state_reason": N_("Reason")}


def lines(change: Change, columns: Mapping[str, str]) -> Iterator[Line]:
    """What changed in these columns."""
    for name, label in columns.items():
        before, after = said(name, change.before), said(name, change.after)
        if before != after:
            yield Line("", _(label), before, after or _("empty"))


def said(column: str, row: Mapping[str, Any] | None) -> str:
    """What a column said, in words."""
    value = (row or {}).get(column) or ""
    match column:
        case "occurred":
            return _(YES_NO.label(value)) if value else ""
        case "contact_mode":
            return _(CONTACT_MODE.label(value)) if value else ""
        case "visit_date":
            return spelt(value)
        case "state_reason":
            return in_words(value)
        case "state" | "kind" | "scope" | "meaning" | "role":
            return _(value) if value else ""
        case "happenings":
            return ", ".join(_(Happening(each).label) for each in value)
    if column.endswith(("_at", "_since")) and value:
        at = datetime.fromisoformat(value).astimezone(UTC)
        return _("{day} {time} UTC").format(day=date_format(at), time=f"{at:%H:%M:%S}")
    return {True: _("yes"), False: _("no")}.get(value, str(value)) if isinstance(value, bool) else str(value)
