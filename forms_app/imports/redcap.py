"""A project of REDCap: its data dictionary, its data as raw values, and the mapping file, in one zip.

The data come by events (arms are part of an event's name), with repeating instruments and events, and with
one column `field___code` for each code of a checkbox. Names of events and fields, and codes, are REDCap's.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from forms_app.imports import redcap_mapping
from forms_app.imports.archive import member, opened
from forms_app.imports.content import Content, Place
from forms_app.imports.gathered import Gathered
from forms_app.imports.redcap_mapping import MISSING, Goal, RedcapMapping, codes_of
from forms_app.imports.refused import refused
from forms_app.imports.table import Table, table
from trial.crf.items import Choice, Several
from trial.protocol import STUDY

DICTIONARY, DATA, MAPPING = FILES = ("dictionary.csv", "data.csv", "mapping.csv")
NAME, TYPE, CHOICES = "Variable / Field Name", "Field Type", "Choices, Calculations, OR Slider Labels"
EVENT, INSTRUMENT, INSTANCE = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"
# What REDCap itself adds to the data.
OWN: Final = (EVENT, INSTRUMENT, INSTANCE, "redcap_data_access_group", "redcap_survey_identifier")
OWN_ENDINGS: Final = ("_complete", "_timestamp")
CHECKED: Final = "1"
BOX: Final = "___"
LISTED: Final = ("radio", "dropdown", "checkbox")


@dataclass(frozen=True)
class Field:
    """A field of the data dictionary."""

    name: str
    kind: str
    codes: tuple[str, ...]

    @property
    def is_checkbox(self) -> bool:
        return self.kind == "checkbox"


def gather(content: bytes, name: str, into: Gathered) -> None:
    """Read the project. Raises Refusal when a part of it is not mapped."""
    with opened(content, name) as archive:
        tables = {each: table(member(archive, each), each) for each in FILES}
    fields = _fields(tables[DICTIONARY])
    mapping = redcap_mapping.read(tables[MAPPING])
    data = tables[DATA]
    _check(mapping, fields, data)
    _Project(data, fields, mapping, into).gather()


def _fields(dictionary: Table) -> dict[str, Field]:
    if lacking := {NAME, TYPE, CHOICES} - set(dictionary.columns):
        raise refused(
            "import_redcap",
            _("“{file}” lacks the columns: {columns}. Download the data dictionary from REDCap as it is."),
            file=dictionary.name,
            columns=", ".join(sorted(lacking)),
        )
    found = {}
    for _number, row in dictionary.rows():
        kind = row[TYPE].strip()
        codes = tuple(codes_of(row[CHOICES])) if kind in LISTED else ()
        found[row[NAME].strip()] = Field(row[NAME].strip(), kind, codes)
    return found


def _check(mapping: RedcapMapping, fields: dict[str, Field], data: Table) -> None:
    """Nothing of the project may be left out in silence."""
    record_id = next(iter(fields), "")
    wanted = [each.name for each in fields.values() if each.kind != "descriptive" and each.name != record_id]
    if unmapped := [each for each in wanted if each not in mapping.fields]:
        raise refused(
            "import_redcap",
            _(
                "It says nothing of these {what}: {names}. Map them, or leave them out by an "
                "empty “fascicle”."
            ),
            what=_("fields"),
            names=", ".join(unmapped),
        )
    known = {column for each in fields.values() for column in _columns(each)} | {*OWN}
    unknown = [each for each in data.columns if each not in known and not each.endswith(OWN_ENDINGS)]
    if unknown:
        raise refused(
            "import_redcap",
            _(
                "It says nothing of these {what}: {names}. Map them, or leave them out by an "
                "empty “fascicle”."
            ),
            what=_("columns"),
            names=", ".join(unknown),
        )
    if open_codes := [f"{name} = {code}" for name, code in _open_codes(mapping, fields)]:
        raise refused(
            "import_redcap",
            _(
                "It says nothing of these {what}: {names}. Map them, or leave them out by an "
                "empty “fascicle”."
            ),
            what=_("codes"),
            names=", ".join(open_codes),
        )


def _columns(field: Field) -> list[str]:
    return (
        [f"{field.name}{BOX}{_in_name(code)}" for code in field.codes] if field.is_checkbox else [field.name]
    )


def _in_name(code: str) -> str:
    """A code as REDCap writes it into the name of a column."""
    return code.lower().replace("-", "_")


def _open_codes(mapping: RedcapMapping, fields: dict[str, Field]) -> list[tuple[str, str]]:
    found = []
    for field in fields.values():
        goal = mapping.fields.get(field.name)
        item = goal.item if goal else None
        if item is None or not isinstance(item, Choice | Several) or item.codelist is None:
            continue
        for code in field.codes:
            ours = mapping.code(field.name, code)
            if not ours.startswith(MISSING) and ours not in item.codelist.codes:
                found.append((field.name, code))
    return found


class _Project:
    """The data of a project, row by row."""

    def __init__(self, data: Table, fields: dict[str, Field], mapping: RedcapMapping, into: Gathered) -> None:
        self._data = data
        self._fields = fields
        self._mapping = mapping
        self._into = into
        self._record_id = next(iter(fields))

    def gather(self) -> None:
        for row_number, row in self._data.rows():
            self._into.row()
            self._row(row_number, {name: cell.strip() for name, cell in row.items()})

    def _row(self, number: int, row: dict[str, str]) -> None:
        known = row.get(self._record_id, "")
        place = Place(self._data.name, number, self._record_id)
        code = self._mapping.participants.get(known, "")
        if not code:
            said = _("The mapping file names no participant for this record. Add a line “participant”.")
            self._into.problem(place, known, said)
            return
        visit = self._visit(row, number)
        if visit is None:
            return
        content = self._into.participant(code, place)
        for field in self._fields.values():
            goal = self._mapping.fields.get(field.name)
            if goal is not None:
                self._answer(content, visit, row, number, field, goal)
        if visit in content.visits:
            for column, value in self._mapping.visits.get(visit, {}).items():
                content.visits[visit].columns.setdefault(column, value)

    def _visit(self, row: dict[str, str], number: int) -> str | None:
        """The visit of the row, "" for logs, None when the mapping knows none."""
        event = row.get(EVENT, "")
        if not event and EVENT not in row:
            return ""
        visit = self._mapping.events.get(event)
        if visit is None:
            said = _("The mapping file says nothing of this event. Add a line “event”.")
            self._into.problem(Place(self._data.name, number, EVENT), event, said)
        return visit

    def _answer(
        self, content: Content, visit: str, row: dict[str, str], number: int, field: Field, goal: Goal
    ) -> None:
        column = next((each for each in _columns(field) if each in row), field.name)
        place = Place(self._data.name, number, column)
        value, missing = self._value(field, row)
        # A row has the columns of every form; what is empty in it belongs to another one.
        if not value and not missing:
            return
        if not goal.form:
            said = content.visit(visit, place)
            self._into.column(said, goal.path, value, place)
            return
        instance = row.get(INSTANCE) or "1"
        is_log = STUDY.schedule.log(goal.form) is not None
        if not instance.isascii() or not instance.isdigit():
            self._into.problem(Place(self._data.name, number, INSTANCE), instance, _("This is no number."))
            return
        if visit:
            content.visit(visit, place)
        repeat = int(instance) if is_log else 1
        record = content.record(goal.form, "" if is_log else visit, repeat, place)
        path = goal.at(instance)
        if missing:
            self._into.missing(record, path, missing, place)
        else:
            self._into.value(record, path, value, place)

    def _value(self, field: Field, row: dict[str, str]) -> tuple[str, str]:
        """The value, or why there is none."""
        if field.is_checkbox:
            checked = [
                code for code in field.codes if row.get(f"{field.name}{BOX}{_in_name(code)}") == CHECKED
            ]
            given = [self._mapping.code(field.name, code) for code in checked]
        else:
            cell = row.get(field.name, "")
            given = [self._mapping.code(field.name, cell)] if cell else []
        reasons = [each for each in given if each.startswith(MISSING)]
        return ";".join(each for each in given if each not in reasons), "".join(reasons)[len(MISSING) :]
