"""The history of a record, or of one of its items, in the words of its form."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms_app.models import Attachment, Comment, Query, Verification
from forms_app.models.attachment import IMAGE_KIND
from forms_app.models.query import ANSWERED, CLOSED, MANUAL
from forms_app.screens.presenters.fields import shown
from forms_app.screens.presenters.filled import text
from forms_app.selectors.history import ROUTES, Act, Change
from trial.crf import paths
from trial.crf.answers import Answers, Row
from trial.crf.items import Clock, Item
from trial.models import Record


@dataclass(frozen=True)
class Line:
    """One value that changed; `path` is empty for the record as a whole. No `before`: a first entry."""

    path: str
    label: str
    before: str
    after: str
    event: int = 0


@dataclass(frozen=True)
class ActView:
    at: datetime
    actor: str
    route: str
    reason: str
    lines: list[Line]


def acts(form: type[Answers], found: list[Act], path: str = "") -> list[ActView]:
    """Each act with what it changed, or with what it changed of one item.

    Acts that changed nothing a person sees are left out.
    """
    views = (_act(form, act, path) for act in found)
    return [view for view in views if view.lines]


def _act(form: type[Answers], act: Act, path: str) -> ActView:
    lines = [line for line in _lines(form, act) if not path or line.path == path]
    return ActView(act.at, act.actor, _(ROUTES.get(act.route, act.route)), act.reason, lines)


def _lines(form: type[Answers], act: Act) -> Iterator[Line]:
    rows: dict[str, type[Row]] = {row._meta.db_table: row for row in (form, *form.groups)}
    for change in act.changes:
        for line in _lines_of(form, rows, change):
            yield replace(line, event=change.event)


def _lines_of(form: type[Answers], rows: dict[str, type[Row]], change: Change) -> Iterator[Line]:
    if change.table in rows:
        yield from _row_lines(form, rows[change.table], change)
    elif change.table == Record._meta.db_table:
        yield from _record_lines(change)
    elif change.table == Query._meta.db_table:
        yield _query_line(form, change)
    elif change.table == Verification._meta.db_table:
        yield _verification_line(form, change)
    elif change.table == Attachment._meta.db_table:
        yield _image_line(change)
    elif change.table == Comment._meta.db_table:
        yield _comment_line(form, change)


def _row_lines(form: type[Answers], row: type[Row], change: Change) -> Iterator[Line]:
    key = str(change.after.get("key", ""))
    name, prefix = paths.row_label(row, key), "" if row is form else f"{row.code}.{key}."
    was_removed = bool(change.before and change.before.get("removed"))
    if change.after.get("removed") and not was_removed:
        yield Line("", name, "", _("row removed"))
        return
    for item in row.items():
        before, after = _answer(item, change.before or {}), _answer(item, change.after)
        if before != after:
            label = paths.within(name, _(item.label))
            yield Line(f"{prefix}{item.name}", label, before, after or _("empty"))


def _answer(item: Item, values: dict[str, Any]) -> str:
    value = text(values.get(item.name))
    code = values.get(item.missing_name) or ""
    return shown(item, value[:5] if isinstance(item, Clock) else value, code)


def _record_lines(change: Change) -> Iterator[Line]:
    before, after = change.before or {}, change.after
    if before and before["state"] != after["state"]:
        yield Line("", _("Record"), _(before["state"]), _(after["state"]))
    if before.get("removed", False) != after["removed"]:
        yield Line("", _("Record"), "", _("removed") if after["removed"] else _("restored"))


def _query_line(form: type[Answers], change: Change) -> Line:
    query = change.after
    asked = Query(sentence=query["sentence"], values=query.get("values") or {}).words
    said = query["explanation"] if query["state"] == ANSWERED else str(asked)
    by_itself = query["state"] == CLOSED and not query["check_code"].startswith(MANUAL)
    sentence = _("question closed by itself: {text}") if by_itself else _("question {state}: {text}")
    line = sentence.format(state=_(query["state"]), text=said)
    return Line(
        query["item"], _label(form, query["item"]), _(change.before["state"]) if change.before else "", line
    )


def _verification_line(form: type[Answers], change: Change) -> Line:
    path, before = change.after["item"], _(change.before["state"]) if change.before else ""
    return Line(path, _label(form, path), before, _(change.after["state"]))


def _comment_line(form: type[Answers], change: Change) -> Line:
    path, before = change.after["item"], change.before["text"] if change.before else ""
    after = change.after["text"] or _("empty")
    return Line(path, _("{item}, comment").format(item=_label(form, path)), before, after)


def _image_line(change: Change) -> Line:
    image = _("Image: {kind}").format(kind=_(IMAGE_KIND.label(change.after["kind"])))
    return Line("", image, "", _("taken out of use") if change.after["removed"] else _("added"))


def _label(form: type[Answers], path: str) -> str:
    if not path:
        return _("The form as a whole")
    place = paths.find(form, path)
    return place.label if place else path
