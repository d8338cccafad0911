"""The visits of a site that are planned for a day and not recorded, for a calendar."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from forms_app.selectors import outlines
from forms_app.selectors.status import PENDING, Status
from trial.models import Event, Injection, Site
from trial.protocol.schedule import Visit, Window

EXPECTED = PENDING | {Status.NOT_DUE}


@dataclass(frozen=True)
class Revision:
    """How often the injection, from which all windows follow, was corrected, and when it was saved last."""

    number: int
    at: datetime


@dataclass(frozen=True)
class PlannedDay:
    """A visit that is expected, with its window."""

    participant: str
    visit: Visit
    window: Window
    revision: Revision


def read(site: Site) -> list[PlannedDay]:
    """What is ahead or overdue at a site, and not what was recorded or missed; four statements."""
    revisions = _revisions(site)
    return [
        PlannedDay(row.code, each.planned, each.window, revisions[row.pk])
        for row in outlines.at([site])
        for each in row.ahead.visits
        if each.window is not None and each.status in EXPECTED
    ]


def _revisions(site: Site) -> dict[int, Revision]:
    """The revisions of the injections by the key of the participant."""
    participants = dict(
        Injection.objects.filter(record__participant__site=site).values_list(
            "record_id", "record__participant_id"
        )
    )
    saves = (
        Event.objects.filter(table_name=Injection._meta.db_table, record_id__in=participants)
        .order_by()
        .values_list("record_id")
        .annotate(Count("id"), Max("at"))
    )
    return {participants[record]: Revision(count - 1, at) for record, count, at in saves}
