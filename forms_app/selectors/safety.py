"""Serious adverse events, each with the 24 hours in which it must be reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from forms_app.models import SafetyAlert
from trial.access import Right, at_sites_with
from trial.models import AdverseEvent, Participant, Record, User
from trial.models.adverse_event import CRITERIA

FORM = "adverse_event"
REPORTED_WITHIN = timedelta(hours=24)
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True)
class Clock:
    """The time from the awareness of the site to the report to the sponsor. `now` is when it was read."""

    aware: datetime | None
    reported: datetime | None
    now: datetime

    @property
    def deadline(self) -> datetime | None:
        """None while nobody said when the site became aware."""
        return later(self.aware, REPORTED_WITHIN) if self.aware else None

    @property
    def left(self) -> timedelta | None:
        """What was left at the report, or is left now; negative when it is or was too late."""
        return elapsed(self.reported or self.now, self.deadline) if self.deadline else None

    @property
    def is_running(self) -> bool:
        return self.aware is not None and self.reported is None

    @property
    def is_late(self) -> bool:
        return self.left is not None and self.left < timedelta()


@dataclass(frozen=True)
class SeriousEvent:
    """An adverse event with its record, its clock, and the notices of it in the order of its versions."""

    event: AdverseEvent
    clock: Clock
    alerts: tuple[SafetyAlert, ...]

    @property
    def record(self) -> Record:
        return self.event.record

    @property
    def participant(self) -> Participant:
        return self.record.participant

    @property
    def is_serious(self) -> bool:
        return self.event.aeser == "Y" and not self.record.removed

    @property
    def criterion_items(self) -> list[str]:
        """The names of the items that make it serious."""
        return [name for name in CRITERIA if getattr(self.event, name) == "Y"]

    @property
    def criteria(self) -> list[str]:
        """The labels of what makes it serious."""
        found = (self.event.item(name) for name in self.criterion_items)
        return [item.label for item in found if item is not None]


def visible(user: User) -> list[SeriousEvent]:
    """The serious events in use at the sites whose data a person may see: who waits longest comes first, what
    was reported last; two statements."""
    rows = _rows().filter(
        at_sites_with(user, Right.VIEW_DATA, "record__participant__site"), aeser="Y", record__removed=False
    )
    return sorted(_events(rows), key=_urgency)


def of_record(record: int) -> SeriousEvent:
    """One event, serious or not any more; two statements."""
    return _events(_rows().filter(record=record))[0]


def clock(event: AdverseEvent, zone: str, now: datetime | None = None) -> Clock:
    """The clock of an event, whose times are those of its site's `zone`."""
    return Clock(
        aware=earliest(event.aeawdat, event.aeawtim, zone),
        reported=latest(event.aerptdat, event.aerpttim, zone),
        now=now or timezone.now(),
    )


def earliest(day: date | None, at: time | None, zone: str) -> datetime | None:
    """A moment at a site. Without the time the day's first one: a clock must not start too late."""
    return datetime.combine(day, at or time.min, ZoneInfo(zone)) if day else None


def latest(day: date | None, at: time | None, zone: str) -> datetime | None:
    """A moment at a site. Without the time the day's last minute: a clock must not stop too early."""
    return datetime.combine(day, at or LAST_MINUTE, ZoneInfo(zone)) if day else None


def elapsed(start: datetime, end: datetime) -> timedelta:
    """The time that truly passes. Two moments of one zone subtract by its wall clock, which may be put on."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def later(at: datetime, span: timedelta) -> datetime:
    """The moment after a span of true time, in the same zone."""
    return (at.astimezone(UTC) + span).astimezone(at.tzinfo)


def _rows() -> QuerySet[AdverseEvent]:
    return AdverseEvent.objects.select_related("record__participant__site")


def _events(rows: QuerySet[AdverseEvent]) -> list[SeriousEvent]:
    found, now = list(rows), timezone.now()
    alerts = _alerts([row.record for row in found])
    return [
        SeriousEvent(row, clock(row, row.record.participant.site.time_zone, now), alerts[row.record.pk])
        for row in found
    ]


def _alerts(records: Sequence[Record]) -> dict[int, tuple[SafetyAlert, ...]]:
    found = list(SafetyAlert.objects.filter(record__in=records).order_by("version"))
    return {record.pk: tuple(alert for alert in found if alert.record_id == record.pk) for record in records}


def _urgency(serious: SeriousEvent) -> tuple[bool, datetime, str, int]:
    reported = serious.clock.reported is not None
    # What has no clock yet may have waited longest of all.
    aware = serious.clock.aware or datetime.min.replace(tzinfo=ZoneInfo("UTC"))
    return reported, aware, serious.participant.code, serious.record.repeat
