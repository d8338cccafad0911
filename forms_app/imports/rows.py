"""Rows of a table, by what its columns are, as the content of participants."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from forms_app.imports import numbers
from forms_app.imports.apostrophes import Apostrophes, is_added, restored
from forms_app.imports.choices import Choices, check
from forms_app.imports.content import Content, Place, SaidOfRecord
from forms_app.imports.gathered import OF_VISIT, Gathered
from forms_app.imports.table import Table
from forms_app.imports.targets import LONG, Shape
from trial.crf import paths, registry
from trial.crf.items import Item
from trial.protocol import STUDY
from trial.protocol.marker import N_


@dataclass(frozen=True)
class Cells:
    """One row: the cells by what they are, and the column in which each stands."""

    file: str
    number: int
    cells: dict[str, str]
    columns: dict[str, str]

    def get(self, target: str) -> str:
        """The cell without spaces at its ends; "" where there is no such column."""
        return self.cells.get(target, "").strip()

    def place(self, target: str = "") -> Place:
        return Place(self.file, self.number, self.columns.get(target, ""))


def gather(table: Table, choices: Choices, into: Gathered) -> None:
    """Read the rows into the contents. Raises Refusal when the file cannot be read."""
    shape = check(choices, table.columns)
    for row in _rows(table, choices, into):
        into.row()
        _gather_row(row, shape, choices, into)


def _rows(table: Table, choices: Choices, into: Gathered) -> Iterator[Cells]:
    columns = {target: column for column, target in choices.columns.items() if target}
    columns = {target: column for target, column in columns.items() if column in table.columns}
    for number, row in table.rows():
        cells = {}
        for target, column in columns.items():
            cell = row[column]
            if is_added(cell) and choices.apostrophes is Apostrophes.UNDECIDED:
                into.problem(Place(table.name, number, column), cell, _(APOSTROPHE))
            cells[target] = restored(cell, choices.apostrophes)
        yield Cells(table.name, number, cells, columns)


APOSTROPHE = N_(
    "The apostrophe at the beginning may come from an export that was made safe for spreadsheets. Say, "
    "with the columns, whether such apostrophes stay or are taken away."
)


def _gather_row(row: Cells, shape: Shape, choices: Choices, into: Gathered) -> None:
    code = row.get("participant")
    if not code:
        into.problem(row.place("participant"), "", _("The row names no participant. Give the code."))
        return
    content = into.participant(code, row.place("participant"))
    if "participant_state" in row.cells:
        into.state(content, row.get("participant_state"), row.place("participant_state"))
    _gather_visit(row, content, choices, into)
    if shape.name == LONG:
        _gather_item(row, content, choices, into)
    elif shape.form is not None:
        _gather_items(row, content, shape, choices, into)


def _gather_visit(row: Cells, content: Content, choices: Choices, into: Gathered) -> None:
    code = row.get("visit")
    if not code:
        return
    visit = content.visit(code, row.place("visit"))
    for name in OF_VISIT:
        if name in row.cells:
            into.column(visit, name, row.get(name), row.place(name))
    if "contact_mode" not in row.cells and choices.contact_mode:
        visit.columns.setdefault("contact_mode", choices.contact_mode)


def _record(row: Cells, content: Content, form: str, into: Gathered) -> SaidOfRecord | None:
    """The record that the row is of, unless it says no form or no number; that is a problem of the row."""
    if registry.form(form) is None:
        into.problem(row.place("form"), form, _("There is no form “{form}”.").format(form=form))
        return None
    visit, repeat = row.get("visit"), row.get("repeat") or "1"
    if not (repeat.isascii() and repeat.isdigit() and 0 < int(repeat) < 10_000):
        into.problem(row.place("repeat"), repeat, _("The number of an entry is a whole number from 1 on."))
        return None
    if not visit and STUDY.schedule.log(form) is None:
        into.problem(row.place("visit"), "", _("This form belongs to a visit. Give the code of the visit."))
        return None
    return content.record(form, visit, int(repeat), row.place())


def _gather_item(row: Cells, content: Content, choices: Choices, into: Gathered) -> None:
    record = _record(row, content, row.get("form"), into)
    if record is None:
        return
    group, key, item = row.get("group"), row.get("group_key"), row.get("item")
    path = f"{group}.{key}.{item}" if group else item
    form = registry.form(record.form)
    place = paths.find(form, path) if form else None
    _value(row, "value", record, path, place.item if place else None, choices, into)
    if "missing" in row.cells:
        into.missing(record, path, row.get("missing"), row.place("missing"))


def _gather_items(row: Cells, content: Content, shape: Shape, choices: Choices, into: Gathered) -> None:
    assert shape.form is not None
    record = _record(row, content, shape.form.code, into)
    if record is None:
        return
    prefix = f"{shape.group.code}.{row.get('group_key')}." if shape.group else ""
    for item in (shape.group or shape.form).items():
        path = prefix + item.name
        if item.name in row.cells:
            _value(row, item.name, record, path, item, choices, into)
        if not item.derived and item.missing_name in row.cells:
            into.missing(record, path, row.get(item.missing_name), row.place(item.missing_name))


def _value(
    row: Cells,
    target: str,
    record: SaidOfRecord,
    path: str,
    item: Item | None,
    choices: Choices,
    into: Gathered,
) -> None:
    """The answer in a cell, unless it can be read in two ways; that is a problem of the cell."""
    cell, place = row.cells[target], row.place(target)
    if item and not choices.archived and (sentence := numbers.problem(cell, item, choices.decimal)):
        into.problem(place, cell, sentence)
        return
    into.value(record, path, numbers.read(cell, item, choices.decimal), place)
