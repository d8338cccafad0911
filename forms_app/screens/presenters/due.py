"""Visits that are due, grouped by their target days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms_app.screens.presenters.status import SIGNS, Sign
from forms_app.selectors.due import DueVisit
from forms_app.selectors.status import Status
from trial.crf.codelists import CONTACT_MODE
from trial.protocol.schedule import Window


@dataclass(frozen=True)
class DueLine:
    """A visit; `days` says in words how long it is still possible, or since when it is over."""

    participant: str
    visit: str
    label: str
    sign: Sign
    window: Window | None
    days: str
    last_contact: date | None
    contact_mode: str


@dataclass(frozen=True)
class DueDay:
    """The visits of one target day; None for those that wait for nothing but to be done."""

    day: date | None
    lines: list[DueLine]


def days(visits: Iterable[DueVisit]) -> list[DueDay]:
    """The visits, which come by target day, in groups."""
    return [DueDay(day, [_line(visit) for visit in group]) for day, group in groupby(visits, _target)]


def _target(visit: DueVisit) -> date | None:
    return visit.window.target if visit.window else None


def _line(visit: DueVisit) -> DueLine:
    planned, contact = visit.awaited.planned, visit.last_contact
    return DueLine(
        participant=visit.participant.code,
        visit=planned.code,
        label=_(planned.label),
        sign=SIGNS[visit.awaited.status],
        window=visit.window,
        days=_days(visit),
        last_contact=contact.day if contact else None,
        contact_mode=_(CONTACT_MODE.label(contact.mode)) if contact else "",
    )


def _days(visit: DueVisit) -> str:
    left = visit.days_left
    if visit.window is None or left is None:
        return ""
    if left < 0:
        return ngettext("{days} day over", "{days} days over", -left).format(days=-left)
    if visit.awaited.status is Status.NOT_DUE:
        ahead = (visit.window.first - visit.participant.today).days
        return ngettext("opens in {days} day", "opens in {days} days", ahead).format(days=ahead)
    if left == 0:
        return _("last day today")
    return ngettext("{days} day left", "{days} days left", left).format(days=left)
