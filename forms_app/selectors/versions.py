"""An earlier version of a record, from the audit: what two people both began with."""

from collections.abc import Iterable
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db.models import OuterRef, QuerySet

from forms_app.models import Comment
from trial.crf import registry
from trial.crf.answers import GroupAnswers, Row
from trial.crf.items import Clock, Item
from trial.models import Event, Record

HOURS_AND_MINUTES = 5


def read(record: Record, version: int) -> dict[str, Any]:
    """The answers of a record in a version, in the shape of its document; one statement."""
    form = registry.form(record.form)
    assert form is not None
    rows = _rows_at(record, version)
    held = rows.get(form._meta.db_table, [])
    comments = rows.get(Comment._meta.db_table, [])
    return {
        **(_plain(form, held[0]) if held else {"items": {}, "missing": {}}),
        "groups": {group.code: _group(group, rows.get(group._meta.db_table, [])) for group in form.groups},
        "comments": {comment["item"]: comment["text"] for comment in comments if comment["text"]},
    }


def saves(record: int | OuterRef) -> QuerySet[Event]:
    """What brought the versions of a record, the last save first.

    A question, an image or a notice belongs to the record as well, and saves nothing of it.
    """
    versions = Event.objects.filter(table_name=Record._meta.db_table, record_id=record)
    return versions.order_by("-row__version", "id")


def saved_at(record: Record) -> datetime | None:
    """When a record was saved last."""
    return saves(record.pk).values_list("at", flat=True).first()


def _rows_at(record: Record, version: int) -> dict[str, list[dict[str, Any]]]:
    """The rows by table as they stood before the transaction that brought the next version."""
    events = list(Event.objects.filter(record_id=record.pk).order_by("id"))
    next_one = next((event for event in events if _is_after(event, version)), None)
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for event in takewhile(lambda event: not _together(event, next_one), events):
        latest[event.table_name, event.key] = event.row
    found: dict[str, list[dict[str, Any]]] = {}
    for (table, _), row in latest.items():
        found.setdefault(table, []).append(row)
    return found


def _is_after(event: Event, version: int) -> bool:
    return event.table_name == Record._meta.db_table and event.row["version"] > version


def _together(event: Event, other: Event | None) -> bool:
    return other is not None and (event.epoch, event.xact) == (other.epoch, other.xact)


def _group(group: type[GroupAnswers], rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {row["key"]: _plain(group, row) for row in rows if not row["removed"]}


def _plain(row: type[Row], values: dict[str, Any]) -> dict[str, Any]:
    entered = [item for item in row.items() if not item.derived]
    return {
        "items": {item.name: _value(item, values.get(item.name)) for item in row.items()},
        "missing": {item.name: code for item in entered if (code := values.get(item.missing_name))},
    }


def _value(item: Item, value: Any) -> Any:
    return value[:HOURS_AND_MINUTES] if isinstance(item, Clock) and value else value
