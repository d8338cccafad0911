"""A form as a page: its fields, its repeating groups, and what is to be said about each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.models.query import ANSWERED, OPEN
from forms_app.screens.presenters.fields import Doubt, FieldView, Notes, derived, entered, fields
from forms_app.screens.typed import SPARE_ROWS, Filled
from trial.crf.answers import Answers, GroupAnswers

# More fixed rows than this are a checklist; fewer stand side by side.
SIDE_BY_SIDE = 2
NEW_ROW = "0"


@dataclass(frozen=True)
class RowView:
    """One row of a group; a spare one is empty, for those who add rows without a script."""

    key: str
    label: str
    fields: list[FieldView]
    is_spare: bool = False


@dataclass(frozen=True)
class GroupView:
    """A repeating group; `layout` is "columns", "checklist" or "lines", `blank` the pattern of a new row."""

    code: str
    title: str
    layout: str
    rows: list[RowView]
    blank: RowView | None
    asker: str
    asked_for: str
    asked: bool


@dataclass(frozen=True)
class Mistake:
    """A line of the error summary; without `target` there is no field to go to."""

    target: str
    label: str
    sentence: str


@dataclass(frozen=True)
class SheetView:
    """A form: the fields to enter, the derived ones, the groups, and doubts about no single field."""

    code: str
    title: str
    fields: list[FieldView]
    derived: list[FieldView]
    groups: list[GroupView]
    doubts: list[Doubt]

    def all_fields(self) -> Iterator[tuple[str, FieldView]]:
        """Each field with the name of its row, "" for the form itself."""
        for view in (*self.fields, *self.derived):
            yield "", view
        for group in self.groups:
            for row in group.rows:
                yield from ((row.label, view) for view in row.fields)

    def mistakes(self, errors: Mapping[str, str]) -> list[Mistake]:
        """The error summary, in the order of the page; errors without a field come last."""
        found = self.named()
        lines = [
            Mistake(view.focus_id, name, errors[path])
            for path, (name, view) in found.items()
            if path in errors
        ]
        return lines + [Mistake("", path, text) for path, text in errors.items() if path not in found]

    def named(self) -> dict[str, tuple[str, FieldView]]:
        """Each field by path, with the label that says its row too."""
        return {
            view.path: (f"{row}: {view.label}" if row else view.label, view)
            for row, view in self.all_fields()
        }


def sheet(form: type[Answers], filled: Filled, notes: Notes | None = None) -> SheetView:
    notes = notes or Notes()
    views = fields(form, "", filled, notes)
    groups = [_group(group, filled, notes) for group in form.groups]
    return SheetView(
        code=form.code,
        title=form.title,
        fields=entered(views),
        derived=derived(views),
        groups=groups,
        doubts=[doubt for view in derived(views) for doubt in view.doubts],
    )


def doubts(queries: Iterable[Mapping[str, Any]], typed: Mapping[str, str]) -> dict[str, list[Doubt]]:
    """The doubts of a document by path, with what was typed as their explanation just now."""
    found: dict[str, list[Doubt]] = {}
    for query in queries:
        if query["state"] not in (OPEN, ANSWERED):
            continue
        explanation = query["explanation"] if query["state"] == ANSWERED else ""
        code = query["check"]
        found.setdefault(query["item"], []).append(
            Doubt(code, query["sentence"], explanation, typed.get(code, ""))
        )
    return found


def _group(group: type[GroupAnswers], filled: Filled, notes: Notes) -> GroupView:
    return GroupView(
        code=group.code,
        title=group.title,
        layout=_layout(group),
        rows=[_row(group, key, filled, notes) for key in _keys(group, filled)],
        blank=None if group.keys else _row(group, NEW_ROW, filled, notes),
        asker=group.when.item if group.when else "",
        asked_for=" ".join(group.when.codes) if group.when else "",
        asked=group.when is None or group.when.holds(dict(filled.values)),
    )


def _layout(group: type[GroupAnswers]) -> str:
    if group.keys is None:
        return "lines"
    return "columns" if len(group.keys.codes) <= SIDE_BY_SIDE else "checklist"


def _keys(group: type[GroupAnswers], filled: Filled) -> tuple[str, ...]:
    if group.keys:
        return group.keys.codes
    held = filled.rows.get(group.code, ())
    last = max((int(key) for key in held), default=0)
    return (*held, *(str(last + spare) for spare in range(1, SPARE_ROWS + 1)))


def _row(group: type[GroupAnswers], key: str, filled: Filled, notes: Notes) -> RowView:
    label = group.keys.label(key) if group.keys else f"{group.title} {key}"
    is_spare = group.keys is None and key not in filled.rows.get(group.code, ())
    return RowView(key, label, fields(group, f"{group.code}.{key}.", filled, notes), is_spare)
