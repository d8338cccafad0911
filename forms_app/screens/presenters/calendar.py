"""Planned visits as an iCalendar file."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from forms_app.selectors.calendar import PlannedDay
from trial.models import Site
from trial.protocol import STUDY

# How often calendar programs are asked to look.
REFRESH = timedelta(hours=1)


def write(site: Site, days: Iterable[PlannedDay]) -> bytes:
    """An entry for the whole target day of each visit, in the active language.

    Dates are the site's own, without a time zone. Nothing is told but the participant's code, the visit and
    its window.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Fascicle//{STUDY.code}//{(get_language() or 'en')[:2].upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("{study}: visits at {site}").format(study=STUDY.code, site=site)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for day in days:
        calendar.add_component(_entry(day))
    return bytes(calendar.to_ical())


def _entry(day: PlannedDay) -> Event:
    entry = Event()
    # The same for everybody who reads it, and for each correction of the window.
    entry.add("uid", f"{day.participant}-{day.visit.code}@{STUDY.code.lower()}.fascicle")
    entry.add("sequence", day.revision.number)
    entry.add("dtstamp", day.revision.at)
    entry.add("last-modified", day.revision.at)
    entry.add("summary", f"{day.participant} {_(day.visit.label)}")
    entry.add("description", _window(day))
    entry.add("dtstart", day.window.target)
    entry.add("dtend", day.window.target + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry


def _window(day: PlannedDay) -> str:
    return _("Window: {first} to {last}").format(first=_day(day.window.first), last=_day(day.window.last))


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
