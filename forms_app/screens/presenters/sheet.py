"""A form as a page: its fields, its repeating groups, and what is to be said about each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from forms_app.models.query import ANSWERED, MANUAL, OPEN
from forms_app.screens.presenters.fields import (
    BETWEEN_ASKED_FOR,
    Doubt,
    FieldView,
    Notes,
    derived,
    entered,
    fields,
    list_id,
    missing_options,
)
from forms_app.screens.typed import SPARE_ROWS, Filled
from trial.crf.answers import Answers, GroupAnswers
from trial.crf.codelists import Codelist
from trial.crf.items import Text
from trial.crf.paths import row_label, within

NEW_ROW = "0"


@dataclass(frozen=True)
class Required:
    """How many required answers a part of a form asks for now, and how many of them are open."""

    open: int
    all: int

    @classmethod
    def of(cls, views: Iterable[FieldView]) -> "Required":
        asked = [view for view in views if view.required and view.asked]
        return cls(sum(view.is_open for view in asked), len(asked))

    def __str__(self) -> str:
        if not self.all:
            return ""
        if not self.open:
            return _("All required answers given")
        return _("{open} of {all} required open").format(open=self.open, all=self.all)


@dataclass(frozen=True)
class SectionView:
    """The fields under one heading; a form without headings is one section without a title."""

    title: str
    fields: list[FieldView]

    @property
    def required(self) -> Required:
        return Required.of(self.fields)


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
    when: str
    asked: bool

    @property
    def required(self) -> Required:
        # A row in which nothing stands is no row yet.
        used = (row for row in self.rows if not row.is_spare)
        return Required.of(view for row in used for view in row.fields if self.asked)


@dataclass(frozen=True)
class Mistake:
    """A line of the error summary; without `target` there is no field to go to."""

    target: str
    label: str
    sentence: str


@dataclass(frozen=True)
class SheetView:
    """A form: the sections of what is entered, the derived fields, the groups, questions about no field, and
    those about the form as a whole.

    `suggestions` holds what is usually typed, for each list that a field names by its id.
    """

    code: str
    title: str
    sections: list[SectionView]
    derived: list[FieldView]
    groups: list[GroupView]
    doubts: list[Doubt]
    whole: list[Doubt]
    suggestions: dict[str, list[tuple[str, str]]]

    @property
    def missing_options(self) -> SafeString:
        return missing_options()

    @property
    def fields(self) -> list[FieldView]:
        return [view for section in self.sections for view in section.fields]

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
            Mistake(view.id, name, errors[path]) for path, (name, view) in found.items() if path in errors
        ]
        return lines + [Mistake("", path, text) for path, text in errors.items() if path not in found]

    def named(self) -> dict[str, tuple[str, FieldView]]:
        """Each field by path, with the label that says its row too."""
        return {view.path: (within(row, view.label), view) for row, view in self.all_fields()}


def sheet(form: type[Answers], filled: Filled, notes: Notes | None = None) -> SheetView:
    notes = notes or Notes()
    views = fields(form, "", filled, notes)
    groups = [_group(group, filled, notes) for group in form.groups]
    return SheetView(
        code=form.code,
        title=_(form.title),
        sections=_sections(entered(views)),
        derived=derived(views),
        groups=groups,
        doubts=[doubt for view in derived(views) for doubt in view.doubts],
        whole=list(notes.doubts.get("", ())),
        suggestions={
            list_id(each): [(code, _(label)) for code, label in each.terms] for each in _suggestions(form)
        },
    )


def doubts(queries: Iterable[Mapping[str, Any]], typed: Mapping[str, str]) -> dict[str, list[Doubt]]:
    """The standing questions of a document by path, with what was typed as their explanation just now."""
    found: dict[str, list[Doubt]] = {}
    for query in queries:
        if query["state"] not in (OPEN, ANSWERED):
            continue
        found.setdefault(query["item"], []).append(_doubt(query, typed))
    return found


def _doubt(query: Mapping[str, Any], typed: Mapping[str, str]) -> Doubt:
    code = query["check"]
    return Doubt(
        code=code,
        sentence=query["sentence"],
        explanation=query["explanation"] if query["state"] == ANSWERED else "",
        typed=typed.get(code, ""),
        is_manual=is_manual(query),
        asker=_name(query["raised_by"]),
        answerer=_name(query["assigned_to"]),
        days=query["days_open"],
    )


def _name(person: Mapping[str, str] | None) -> str:
    return person["name"] if person else ""


def is_manual(query: Mapping[str, Any]) -> bool:
    """Whether a person raised a question of a document, and not a check."""
    return bool(query["check"].startswith(f"{query['item']}.{MANUAL}"))


def _sections(views: list[FieldView]) -> list[SectionView]:
    title = ""
    headed = []
    for view in views:
        title = view.section or title
        headed.append((title, view))
    return [
        SectionView(title, [view for _title, view in part])
        for title, part in groupby(headed, key=lambda each: each[0])
    ]


def _suggestions(form: type[Answers]) -> list[Codelist]:
    items = [item for row in (form, *form.groups) for item in row.items()]
    return [item.suggestions for item in items if isinstance(item, Text) and item.suggestions]


def _group(group: type[GroupAnswers], filled: Filled, notes: Notes) -> GroupView:
    return GroupView(
        code=group.code,
        title=_(group.title),
        layout=_layout(group),
        rows=[_row(group, key, filled, notes) for key in _keys(group, filled)],
        blank=None if group.keys else _row(group, NEW_ROW, filled, notes),
        when=f"{group.when.item}={BETWEEN_ASKED_FOR.join(group.when.codes)}" if group.when else "",
        asked=group.when is None or group.when.holds(dict(filled.values)),
    )


def _layout(group: type[GroupAnswers]) -> str:
    if group.keys is None:
        return "lines"
    return "checklist" if group.is_checklist() else "columns"


def _keys(group: type[GroupAnswers], filled: Filled) -> tuple[str, ...]:
    if group.keys:
        return group.keys.codes
    held = filled.rows.get(group.code, ())
    last = max((int(key) for key in held), default=0)
    return (*held, *(str(last + spare) for spare in range(1, SPARE_ROWS + 1)))


def _row(group: type[GroupAnswers], key: str, filled: Filled, notes: Notes) -> RowView:
    is_spare = group.keys is None and key not in filled.rows.get(group.code, ())
    return RowView(key, row_label(group, key), fields(group, f"{group.code}.{key}.", filled, notes), is_spare)
