"""The mapping file of a REDCap project: what its events, fields and codes are in this study.

A CSV of four columns, `what,redcap,value,fascicle`:

- `participant,<record id>,,<code>`: the participant that a record is;
- `event,<unique event name>,,<visit>`: the visit that an event is; nothing for one whose forms are logs;
- `field,<field>,,<form>.<item>`: where the answers of a field go; `visit.<column>` for what is said of the
  visit, `<form>.<group>.<key>.<item>` for a row of a group, with `*` as key for the number of the repeating
  instance; nothing for a field that is left out;
- `code,<field>,<code>,<code of ours>`: what a code of the field is here; `missing:UNK` for a reason of no
  value. A field `*` stands for all;
- `visit,<visit>,<column>,<value>`: what holds for a visit where no field says it, such as the contact mode.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from forms_app.imports.gathered import OF_VISIT
from forms_app.imports.refused import refused
from forms_app.imports.table import Table
from trial.crf import paths, registry
from trial.crf.items import Item, YesNo
from trial.protocol import STUDY

COLUMNS: Final = ("what", "redcap", "value", "fascicle")
MISSING: Final = "missing:"
ANY: Final = "*"
YES_NO: Final = {"1": "Y", "0": "N"}


@dataclass(frozen=True)
class Goal:
    """Where the answers of a field go: to a path of a form, or to a column of the visit (no form)."""

    form: str
    path: str

    def at(self, instance: str) -> str:
        """The path, with the number of the instance in the place of the row."""
        return self.path.replace(f".{ANY}.", f".{instance}.")

    @property
    def item(self) -> Item | None:
        declared = registry.form(self.form)
        if declared is None:
            return None
        place = paths.find(declared, self.at("1"))
        return place.item if place else None


@dataclass
class RedcapMapping:
    """The mapping as it was read."""

    participants: dict[str, str] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Goal | None] = field(default_factory=dict)
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    visits: dict[str, dict[str, str]] = field(default_factory=dict)

    def code(self, name: str, value: str) -> str:
        """What a value of a field is here: by the mapping, by the type of the item, or what it is."""
        mapped = self.codes.get((name, value), self.codes.get((ANY, value)))
        if mapped is not None:
            return mapped
        goal = self.fields.get(name)
        if goal and isinstance(goal.item, YesNo):
            return YES_NO.get(value, value)
        return value


def read(table: Table) -> RedcapMapping:
    """Read the mapping file. Raises Refusal at the first row that says nothing that can be."""
    if table.columns != COLUMNS:
        raise refused(
            "import_redcap",
            _("The columns of “{file}” must be: {columns}."),
            file=table.name,
            columns=",".join(COLUMNS),
        )
    mapping = RedcapMapping()
    for number, row in table.rows():
        problem = _take(mapping, {name: cell.strip() for name, cell in row.items()})
        if problem:
            raise refused(
                "import_redcap",
                _("Row {row} of “{file}”: {problem}"),
                file=table.name,
                row=number,
                problem=problem,
            )
    return mapping


def _take(mapping: RedcapMapping, row: dict[str, str]) -> str:
    """Take a row into the mapping; "" or what is wrong with it."""
    redcap, value, ours = row["redcap"], row["value"], row["fascicle"]
    match row["what"]:
        case "participant":
            mapping.participants[redcap] = ours
        case "event":
            if ours and STUDY.schedule.visit(ours) is None:
                return _("The study has no visit “{visit}”.").format(visit=ours)
            mapping.events[redcap] = ours
        case "field":
            goal = _goal(ours) if ours else None
            if ours and goal is None:
                return _("The study has no item “{path}”.").format(path=ours)
            mapping.fields[redcap] = goal
        case "code":
            mapping.codes[redcap, value] = ours
        case "visit":
            if value not in OF_VISIT:
                return _("A visit has no column “{column}”.").format(column=value)
            mapping.visits.setdefault(redcap, {})[value] = ours
        case unknown:
            return _("“{what}” is none of: participant, event, field, code, visit.").format(what=unknown)
    return ""


def _goal(text: str) -> Goal | None:
    form, _dot, path = text.partition(".")
    if form == "visit":
        return Goal("", path) if path in OF_VISIT else None
    goal = Goal(form, path)
    return goal if goal.item else None


def codes_of(choices: str) -> Iterator[str]:
    """The codes of a field as the data dictionary lists them: `1, Female | 2, Male`."""
    for choice in choices.split("|"):
        code = choice.partition(",")[0].strip()
        if code:
            yield code
