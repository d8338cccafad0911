"""What a person decides about the columns of a file before it is judged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from forms_app.imports.apostrophes import Apostrophes
from forms_app.imports.numbers import DecimalMark
from forms_app.imports.refused import refused
from forms_app.imports.targets import BESIDE, LONG, Shape, shape, shapes
from trial.crf.codelists import CONTACT_MODE

IGNORED = ""


@dataclass(frozen=True)
class Choices:
    """`columns` says for each column of the file what it is, IGNORED for nothing; a column that is not in it
    is not decided. `contact_mode` is what holds where the file does not say how contact was made. A table
    that is `archived` comes from our own archive: what it says is never in doubt."""

    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    contact_mode: str = ""
    apostrophes: Apostrophes = Apostrophes.UNDECIDED
    decimal: DecimalMark = DecimalMark.UNDECIDED
    archived: bool = False

    def as_archived(self, mark: DecimalMark) -> "Choices":
        """The same for a table of our own archive, whose manifest tells that no apostrophe was added."""
        return replace(self, apostrophes=Apostrophes.KEEP, decimal=mark, archived=True)

    def plain(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "columns": dict(self.columns),
            "contact_mode": self.contact_mode,
            "apostrophes": self.apostrophes.value,
            "decimal": self.decimal.value,
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Choices":
        return cls(
            plain["table"],
            plain["columns"],
            plain["contact_mode"],
            Apostrophes(plain["apostrophes"]),
            DecimalMark(plain["decimal"]),
        )


def fingerprint(columns: Collection[str]) -> str:
    """The same for the same columns, in whatever order: by it choices are found again."""
    return sha256("\0".join(sorted(columns)).encode()).hexdigest()


def guessed(name: str, columns: Collection[str]) -> str:
    """The table that a file may be of: by its columns, then by its name; "" when nothing fits."""
    if {"item", "value", "form"} <= set(columns):
        return LONG
    named = shape(name.rpartition(".")[0])
    if named and set(named.needed) <= set(columns):
        return named.name
    fitting = {
        each.name: len(set(columns) & set(each.targets))
        for each in shapes().values()
        if set(each.needed) <= set(columns) and each.name != LONG
    }
    best = max(fitting.values(), default=0)
    candidates = [table for table, number in fitting.items() if number == best]
    return candidates[0] if len(candidates) == 1 else ""


def proposed(table: str, columns: Collection[str]) -> Choices:
    """What the names of the columns say by themselves; the rest is left to the person."""
    found = shape(table)
    if found is None:
        return Choices("")
    known = set(found.targets)
    decided = {}
    for column in columns:
        if column in known:
            decided[column] = column
        elif column in BESIDE or column.removesuffix("_label") in known | BESIDE:
            decided[column] = IGNORED
    return Choices(found.name, decided)


def check(choices: Choices, columns: Collection[str]) -> Shape:
    """The shape that the choices are of. Raises Refusal on what is unknown, undecided, twice or lacking."""
    found = shape(choices.table)
    if found is None:
        raise refused("import_columns", _("Say first of which form, or shape, the rows are."))
    undecided = [column for column in columns if column not in choices.columns]
    if undecided:
        raise refused(
            "import_columns",
            _("Say of each column what it is, or that it is left out: {columns}."),
            columns=", ".join(undecided),
        )
    used = [target for column, target in choices.columns.items() if target and column in columns]
    for target in used:
        if target not in found.targets:
            raise refused(
                "import_columns",
                _("“{target}” is nothing that “{table}” has."),
                target=target,
                table=found.name,
            )
        if used.count(target) > 1:
            raise refused(
                "import_columns", _("Two columns are said to be “{target}”. Keep one."), target=target
            )
    if lacking := [target for target in found.needed if target not in used]:
        raise refused(
            "import_columns",
            _("No column is said to be: {targets}. Say which one is."),
            targets=", ".join(lacking),
        )
    if choices.contact_mode and choices.contact_mode not in CONTACT_MODE.codes:
        raise refused(
            "import_columns",
            _("How contact was made where the file does not say it is one of: {modes}."),
            modes=", ".join(CONTACT_MODE.codes),
        )
    return found
