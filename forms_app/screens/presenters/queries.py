"""The lists of questions: a line for each, with the way to the field and what may be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms_app.models import Query
from forms_app.models.query import ANSWERED, CANDIDATE, CLOSED, OPEN
from forms_app.screens.place import Place
from forms_app.screens.presenters.fields import field_id
from forms_app.selectors.queries import (
    ALL_OPEN,
    EVERYTHING,
    TO_ANSWER,
    TO_CLOSE,
    TO_RELEASE,
    Counts,
    days_open,
)
from trial.access import Right, can
from trial.crf import paths, registry
from trial.models import User
from trial.protocol.marker import N_
from trial.visit_name import visit_name

NAMES = {
    TO_ANSWER: N_("To answer"),
    TO_RELEASE: N_("To release"),
    TO_CLOSE: N_("To close"),
    ALL_OPEN: N_("All open"),
    EVERYTHING: N_("All"),
}
# What a question that is open may be asked to have waited at least.
AGES = (7, 14, 30, 90)
# Where the questions about a form as a whole stand on its page.
WHOLE = "whole"


@dataclass(frozen=True)
class Tab:
    """One of the lists: its name, and how many questions are on it; None for the one that is not counted."""

    name: str
    label: str
    number: int | None
    current: bool


@dataclass(frozen=True)
class Line:
    """A question of the list. `address` is that of the very field on the page of its form."""

    query: Query
    participant: str
    form: str
    visit: str
    item: str
    address: str
    asker: str
    days: str
    by_itself: bool
    may_release: bool
    may_close: bool


def tabs(counts: Counts, current: str) -> list[Tab]:
    """The lists of a person."""
    return [
        Tab(name, _(label), counts.of.get(name), name == current)
        for name, label in NAMES.items()
        if name in counts.of or name == EVERYTHING
    ]


def lines(person: User, queries: Iterable[Query]) -> list[Line]:
    return [_line(person, query) for query in queries]


def _line(person: User, query: Query) -> Line:
    record = query.record
    form = registry.form(record.form)
    assert form is not None
    found = paths.find(form, query.item)
    by_hand = query.is_manual and can(person, Right.SETTLE_QUERY, record.participant.site)
    log = record.visit is None
    return Line(
        query=query,
        participant=record.participant.code,
        form=f"{_(form.title)} {record.repeat}" if log else _(form.title),
        visit=visit_name(record.visit.code) if record.visit else "",
        item=found.label if found else _("The form as a whole"),
        address=address(query),
        asker=query.raised_by.full_name if query.raised_by else _("Check"),
        days=days(query),
        by_itself=query.state == CLOSED and not query.is_manual,
        may_release=by_hand and query.state == CANDIDATE,
        may_close=by_hand and query.state == ANSWERED,
    )


def address(query: Query) -> str:
    """The page of the form, at the very field."""
    record = query.record
    form = registry.form(record.form)
    assert form is not None
    place = Place(record.participant, form, record.visit.code if record.visit else None, record.repeat)
    return f"{place.address}#{field_id(query.item) if query.item else WHOLE}"


def days(query: Query) -> str:
    """For how long it stands open, or stood."""
    number = days_open(query)
    if query.state in (CANDIDATE, OPEN, ANSWERED) and not number:
        return _("since today")
    return ngettext("{number} day", "{number} days", number).format(number=number)
