"""How far a visit has come: a fact that follows from the schedule, the date and what is recorded. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from trial.lifecycle import COMPLETED, OPEN_FROM, SCREEN_FAILURE, WITHDRAWN
from trial.protocol import STUDY
from trial.protocol.schedule import Visit, Window


class Status(StrEnum):
    """In the order of the legend."""

    OVERDUE = "overdue"
    DUE = "due"
    IN_WINDOW = "in window"
    PARTLY = "partly done"
    DONE = "done"
    NOT_DUE = "not due"
    NOT_DONE = "not done"
    MISSED = "missed"
    NOT_APPLICABLE = "not applicable"


# What somebody should see to now.
PENDING = frozenset({Status.OVERDUE, Status.DUE, Status.IN_WINDOW})
# Today and the six days after it: on a Friday one plans for Monday.
WEEK = timedelta(days=7)


class Outlook(NamedTuple):
    """What decides about the visits of a participant that are not recorded.

    `anchor` is the date of the injection, `today` the date at the site, `recorded` the codes of
    the visits that took place or were recorded as not done.
    """

    state: str
    anchor: date | None
    today: date
    recorded: frozenset[str]

    def status(self, planned: Visit) -> Status:
        """The status of a planned visit that is not recorded."""
        if self.state in (WITHDRAWN, SCREEN_FAILURE):
            return Status.NOT_APPLICABLE
        window = planned.window(self.anchor)
        if self.state == COMPLETED or self._is_behind(planned, window):
            return Status.MISSED
        if window is None:
            return Status.DUE if self.state in OPEN_FROM[planned.opens] else Status.NOT_DUE
        return self._in_time(window)

    def _in_time(self, window: Window) -> Status:
        if self.today < window.first:
            return Status.NOT_DUE
        if self.today > window.last:
            return Status.OVERDUE
        return Status.DUE if self.today >= window.target else Status.IN_WINDOW

    def _is_behind(self, planned: Visit, window: Window | None) -> bool:
        """Whether a later visit is recorded, or its window open while that of this one is over."""
        later = _after(planned.code)
        if any(visit.code in self.recorded for visit in later):
            return True
        return bool(window and self.today > window.last and any(self._has_begun(visit) for visit in later))

    def _has_begun(self, planned: Visit) -> bool:
        window = planned.window(self.anchor)
        return window is not None and window.first <= self.today


class Awaited(NamedTuple):
    """A planned visit that is not recorded. `soon` says that it can be done on a day of the coming week."""

    planned: Visit
    status: Status
    window: Window | None
    soon: bool


@dataclass(frozen=True, eq=False)
class Ahead:
    """The planned visits that are not recorded, in the order of the schedule, and how many want somebody."""

    visits: tuple[Awaited, ...]
    statuses: frozenset[Status]
    due: int
    overdue: int
    soon: int


# Pure, and asked of every participant for each page: those who stand alike are judged once.
@lru_cache(maxsize=10_000)
def ahead(outlook: Outlook) -> Ahead:
    visits = tuple(
        _awaited(planned, outlook)
        for planned in STUDY.schedule.planned
        if planned.code not in outlook.recorded
    )
    statuses = [each.status for each in visits]
    return Ahead(
        visits=visits,
        statuses=frozenset(statuses),
        due=statuses.count(Status.DUE) + statuses.count(Status.IN_WINDOW),
        overdue=statuses.count(Status.OVERDUE),
        soon=sum(each.soon for each in visits),
    )


def _awaited(planned: Visit, outlook: Outlook) -> Awaited:
    status, window = outlook.status(planned), planned.window(outlook.anchor)
    opens = status is Status.NOT_DUE and window is not None and window.first < outlook.today + WEEK
    return Awaited(planned, status, window, opens or status in (Status.DUE, Status.IN_WINDOW))


@lru_cache
def _after(code: str) -> tuple[Visit, ...]:
    place = STUDY.schedule.position
    return tuple(visit for visit in STUDY.schedule.planned if place(visit.code) > place(code))
