"""A serious adverse event and its clock in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.screens.presenters.status import Sign
from forms_app.selectors.casebook import FormEntry
from forms_app.selectors.safety import FORM, Clock, SeriousEvent
from trial.crf.submission import Submission
from trial.protocol.marker import N_

# Said by the server and by the script that counts on.
LEFT = N_("{hours} h {minutes} min left")
LATE = N_("{hours} h {minutes} min late")

REPORTED = Sign("tick", "done", N_("Reported"), N_("The sponsor was told in time"))
REPORTED_LATE = Sign("tick", "due", N_("Reported late"), N_("The sponsor was told after 24 hours"))
TO_REPORT = Sign("diamond", "due", N_("To report"), N_("The 24 hours are running"))
OVERDUE = Sign("triangle", "late", N_("Report overdue"), N_("The 24 hours are over"))
UNKNOWN = Sign("diamond-open", "due", N_("No clock"), N_("Nobody said when the site became aware"))


@dataclass(frozen=True)
class ClockView:
    """`words` say how the clock stands; while it runs, a script counts on from `now` to `deadline`."""

    words: str
    sign: Sign
    is_running: bool
    deadline: datetime | None
    now: datetime
    due: str
    left: str
    late: str


@dataclass(frozen=True)
class AlertView:
    version: int
    recipient: str
    sent: str


@dataclass(frozen=True)
class SeriousLine:
    """A serious event in short."""

    number: int
    term: str
    is_reported: bool


@dataclass(frozen=True)
class EventView:
    """A line of the list, and the head of the page of one event."""

    participant: str
    site: str
    number: int
    term: str
    grade: int | None
    criteria: list[str]
    aware: str
    reported: str
    clock: ClockView
    alerts: list[AlertView]
    is_serious: bool


def event(serious: SeriousEvent) -> EventView:
    zone = ZoneInfo(serious.participant.site.time_zone)
    return EventView(
        participant=serious.participant.code,
        site=str(serious.participant.site),
        number=serious.record.repeat,
        term=serious.event.aeterm or "",
        grade=serious.event.aetoxgr,
        criteria=[_(label) for label in serious.criteria],
        aware=_moment(serious.clock.aware),
        reported=_moment(serious.clock.reported),
        clock=clock(serious.clock),
        alerts=[
            AlertView(each.version, each.recipient, _moment(each.sent_at and each.sent_at.astimezone(zone)))
            for each in serious.alerts
        ],
        is_serious=serious.is_serious,
    )


def of_casebook(entries: Iterable[FormEntry], stored: Mapping[int, Submission]) -> list[SeriousLine]:
    """The serious events among the forms in use of a casebook, from their stored answers."""
    records = [entry.record for entry in entries if entry.record and entry.record.form == FORM]
    items = [(record.repeat, stored[record.pk].header.items) for record in records]
    return [
        SeriousLine(number, str(given.get("aeterm") or number), given.get("aerptdat") is not None)
        for number, given in items
        if given.get("aeser") == "Y"
    ]


def clock(read: Clock) -> ClockView:
    return ClockView(
        words=_words(read),
        sign=_sign(read),
        is_running=read.is_running,
        deadline=read.deadline,
        now=read.now,
        due=_moment(read.deadline),
        left=_(LEFT),
        late=_(LATE),
    )


def _words(read: Clock) -> str:
    if read.aware is None or read.left is None:
        return _("The clock starts with the time at which the site became aware.")
    if read.reported is None:
        return _span(LATE if read.is_late else LEFT, read.left)
    if read.is_late:
        return _("Reported, {late}").format(late=_span(LATE, read.left))
    return _("Reported in time")


def _span(said: str, span: timedelta) -> str:
    minutes = int(abs(span).total_seconds() // 60)
    return _(said).format(hours=minutes // 60, minutes=f"{minutes % 60:02}")


def _sign(read: Clock) -> Sign:
    if read.reported is not None:
        return REPORTED_LATE if read.is_late else REPORTED
    if read.aware is None:
        return UNKNOWN
    return OVERDUE if read.is_late else TO_REPORT


def _moment(at: datetime | None) -> str:
    # Already in the time of the site, which the template would turn into the server's.
    return date_format(at, "DATETIME_FORMAT") if at else ""
