"""The history of a record in the words of its form."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms_app.models import Query
from forms_app.screens.presenters.fields import shown
from forms_app.screens.presenters.filled import text
from forms_app.selectors.history import Act, Change
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Clock, Item
from trial.models import Record

ROUTES = {"screen": "on a screen", "api": "by the API", "command": "by a command", "sql": "in the database"}


@dataclass(frozen=True)
class Line:
    """One value that changed. `before` is empty for a first entry."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ActView:
    at: datetime
    actor: str
    route: str
    reason: str
    lines: list[Line]


def acts(form: type[Answers], found: list[Act]) -> list[ActView]:
    """Each act with what it changed; acts that changed nothing a person sees are left out."""
    views = [
        ActView(act.at, act.actor, ROUTES.get(act.route, act.route), act.reason, list(_lines(form, act)))
        for act in found
    ]
    return [view for view in views if view.lines]


def _lines(form: type[Answers], act: Act) -> Iterator[Line]:
    rows: dict[str, type[Row]] = {row._meta.db_table: row for row in (form, *form.groups)}
    for change in act.changes:
        if change.table in rows:
            yield from _row_lines(rows[change.table], change)
        elif change.table == Record._meta.db_table:
            yield from _record_lines(change)
        elif change.table == Query._meta.db_table:
            yield _query_line(form, change)


def _row_lines(row: type[Row], change: Change) -> Iterator[Line]:
    place = _place(row, change.after)
    was_removed = bool(change.before and change.before.get("removed"))
    if change.after.get("removed") and not was_removed:
        yield Line(place or row.title, "", "row removed")
        return
    for item in row.items():
        before, after = _answer(item, change.before or {}), _answer(item, change.after)
        if before != after:
            yield Line(f"{place}: {item.label}" if place else item.label, before, after or "empty")


def _place(row: type[Row], values: dict[str, Any]) -> str:
    if not issubclass(row, GroupAnswers):
        return ""
    key = str(values["key"])
    return row.keys.label(key) if row.keys else f"{row.title} {key}"


def _answer(item: Item, values: dict[str, Any]) -> str:
    value = text(values.get(item.name))
    code = values.get(item.missing_name) or ""
    return shown(item, value[:5] if isinstance(item, Clock) else value, code)


def _record_lines(change: Change) -> Iterator[Line]:
    before, after = change.before or {}, change.after
    if before and before["state"] != after["state"]:
        yield Line("Record", before["state"], after["state"])
    if before.get("removed", False) != after["removed"]:
        yield Line("Record", "", "removed" if after["removed"] else "restored")


def _query_line(form: type[Answers], change: Change) -> Line:
    said = change.after["explanation"] if change.after["state"] == "answered" else change.after["sentence"]
    before = change.before["state"] if change.before else ""
    return Line(_label(form, change.after["item"]), before, f"question {change.after['state']}: {said}")


def _label(form: type[Answers], path: str) -> str:
    item = form.item(path)
    return item.label if item else _group_label(form, *path.split("."))


def _group_label(form: type[Answers], code: str, key: str = "", name: str = "") -> str:
    group = next((group for group in form.groups if group.code == code), None)
    item = group.item(name) if group else None
    if group is None or item is None:
        return code
    return f"{group.keys.label(key) if group.keys else f'{group.title} {key}'}: {item.label}"
