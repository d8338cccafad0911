"""The history of a record, from the audit: who changed what, when, why and by which route."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from forms_app.models import Query
from forms_app.selectors import versions
from forms_app.selectors.queries import is_put
from trial.audit.context import COMMAND_LINE, SYSTEM
from trial.models import Event, Record, User
from trial.protocol.marker import N_

ROUTES = {
    "screen": N_("on a screen"),
    "api": N_("by the API"),
    "command": N_("by a command"),
    "import": N_("by an import"),
    "task": N_("by a task"),
    "sql": N_("in the database"),
}


@dataclass(frozen=True)
class Change:
    """One row before and after, by the event of this number; `before` is None for a new row."""

    table: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    event: int = 0

    @property
    def is_put(self) -> bool:
        """Whether the site may know of it: a question that is not put to it is none of its business."""
        if self.table != Query._meta.db_table:
            return True
        return is_put(self.after["state"], self.before["state"] if self.before else None)


@dataclass(frozen=True)
class Act:
    """What one person changed in one transaction."""

    at: datetime
    actor: str
    route: str
    reason: str
    changes: list[Change] = field(default_factory=list)


def read(record: Record) -> list[Act]:
    """The acts on a record and all that belongs to it, the latest first; two statements."""
    return read_all([record])[record.pk]


def read_all(records: Iterable[Record]) -> dict[int, list[Act]]:
    """The acts on each of these records, by its key, the latest first; two statements in all."""
    of_record: dict[int | None, list[Event]] = {record.pk: [] for record in records}
    events = list(Event.objects.filter(record_id__in=of_record).order_by("id"))
    for event in events:
        of_record[event.record_id].append(event)
    names, changes = _names(events), _changes(events)
    return {key: _acts(found, names, changes) for key, found in of_record.items() if key is not None}


def read_rows(table: str, keys: Iterable[int]) -> dict[int, list[Act]]:
    """The acts on rows of a table that belong to no record, by their keys, the latest first."""
    of_row: dict[str, list[Event]] = {str(key): [] for key in keys}
    events = list(Event.objects.filter(table_name=table, key__in=of_row).order_by("id"))
    for event in events:
        of_row[event.key].append(event)
    names, changes = _names(events), _changes(events)
    return {int(key): _acts(found, names, changes) for key, found in of_row.items()}


def put(acts: Iterable[Act]) -> list[Act]:
    """The acts without what they did about questions that were not put to the site."""
    return [replace(act, changes=[each for each in act.changes if each.is_put]) for act in acts]


def _acts(events: list[Event], names: dict[int, str], changes: dict[int, Change]) -> list[Act]:
    acts = [_act(list(group), names, changes) for _, group in groupby(events, key=_transaction)]
    return acts[::-1]


def last_actor(record_id: int) -> tuple[str, datetime] | None:
    """Who saved a record last, and when."""
    event = versions.saves(record_id).first()
    return (_actor(event, _names([event])), event.at) if event else None


def _transaction(event: Event) -> tuple[int, int]:
    return event.epoch, event.xact


def _names(events: Iterable[Event]) -> dict[int, str]:
    actors = {event.actor_id for event in events if event.actor_id}
    found = dict(User.objects.filter(pk__in=actors).values_list("pk", "full_name"))
    return {each.pk: each.full_name for each in (COMMAND_LINE, SYSTEM)} | found


def _actor(event: Event, names: dict[int, str]) -> str:
    """Who acted. Without an actor it was somebody with the owner's password, by SQL."""
    return "Database owner" if event.actor_id is None else names.get(event.actor_id, "Unknown person")


def _changes(events: Iterable[Event]) -> dict[int, Change]:
    """The change that each event tells of: the row then against the row before."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    found = {}
    for event in events:
        row = event.table_name, event.key
        found[event.pk] = Change(event.table_name, latest.get(row), event.row, event.pk)
        latest[row] = event.row
    return found


def _act(events: list[Event], names: dict[int, str], changes: dict[int, Change]) -> Act:
    first = events[0]
    return Act(
        first.at, _actor(first, names), first.route, first.reason, [changes[event.pk] for event in events]
    )
