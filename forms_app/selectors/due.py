"""The visits that somebody should see to now, and those that open within the week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from forms_app.selectors.outlines import Outline
from forms_app.selectors.status import Awaited, Status
from trial.models import Visit
from trial.protocol.schedule import Window


@dataclass(frozen=True)
class Contact:
    """When and how somebody was last seen."""

    day: date
    mode: str


@dataclass(frozen=True)
class DueVisit:
    """A visit that is due, with the participant's last contact; None when there was none."""

    participant: Outline
    awaited: Awaited
    last_contact: Contact | None

    @property
    def window(self) -> Window | None:
        return self.awaited.window

    @property
    def days_left(self) -> int | None:
        """Days from today to the last day of the window, negative once it is over; None without one."""
        return (self.window.last - self.participant.today).days if self.window else None


@dataclass(frozen=True)
class Counts:
    """How many visits are overdue, and how many can be done within the week."""

    overdue: int
    week: int


@dataclass(frozen=True)
class Due:
    """The visits whose window is over, and those whose window is open on a day of the week that begins
    today; both by target day, those without a window first."""

    overdue: tuple[DueVisit, ...]
    week: tuple[DueVisit, ...]


def read(people: Iterable[Outline]) -> Due:
    """What is due of these participants; one statement."""
    found = [(row, each) for row in people for each in row.ahead.visits if each.soon or _is_overdue(each)]
    contacts = _last_contacts({row.pk for row, _ in found})
    visits = sorted((DueVisit(row, each, contacts.get(row.pk)) for row, each in found), key=_place)
    return Due(
        overdue=tuple(visit for visit in visits if _is_overdue(visit.awaited)),
        week=tuple(visit for visit in visits if not _is_overdue(visit.awaited)),
    )


def count(people: Iterable[Outline]) -> Counts:
    """How long the lists of these participants are; no statement."""
    rows = list(people)
    return Counts(sum(row.ahead.overdue for row in rows), sum(row.ahead.soon for row in rows))


def _is_overdue(each: Awaited) -> bool:
    return each.status is Status.OVERDUE


def _place(visit: DueVisit) -> tuple[date, str]:
    return (visit.window.target if visit.window else date.min), visit.participant.code


def _last_contacts(participants: set[int]) -> dict[int, Contact]:
    held = (
        Visit.objects.filter(participant__in=participants, occurred="Y")
        .order_by("participant_id", "-visit_date", "-id")
        .distinct("participant_id")
    )
    return {
        visit.participant_id: Contact(visit.visit_date, visit.contact_mode)
        for visit in held
        if visit.visit_date is not None
    }
