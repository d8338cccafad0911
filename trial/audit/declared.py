"""What the migrations declare: how the rows of each tracked table come into events, what columns that were
added later held at first, every trigger and every function. Read from the code and not from the database,
which is what is verified.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddField
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import Field, Model, Value

from trial.audit.operations import Function, Track, Trigger
from trial.audit.tracking import all_models, tracked_models

# The member of an event's row that holds the hash of its hidden columns; no column is called so.
HIDDEN: Final = "hidden columns"

FUNCTION = re.compile(
    r"create or replace function (?P<name>\w+)(?P<head>.*?)\bas \$\$(?P<body>.*?)\$\$", re.DOTALL
)
LANGUAGE = re.compile(r"\blanguage (\w+)")
SETTING = re.compile(r"\bset (\w+) = (.*?)(?=\s+set\s|\s*$)", re.DOTALL)


@dataclass
class Added:
    """A column that was added to a table: the type and value that earlier rows got. A moment of the migration
    cannot be told afterwards, so it is not known.
    """

    column: str
    kind: str | None
    value: Any
    is_known: bool


@dataclass
class Tracked:
    """A table as the audit follows it."""

    table: str
    key: str
    hidden: tuple[str, ...]
    ignored: tuple[str, ...]
    added: list[Added] = field(default_factory=list)


@dataclass(frozen=True)
class Installed:
    """A function as it stands in its file."""

    body: str
    language: str
    is_of_owner: bool
    settings: frozenset[str]


@cache
def tables() -> tuple[Tracked, ...]:
    """Every table that the audit follows, by name."""
    tracks: dict[str, Track] = {}
    added: dict[str, list[Added]] = {}
    for app_label, operation in _operations():
        if isinstance(operation, Track):
            tracks[operation.table] = operation
        elif isinstance(operation, AddField) and (found := _field(app_label, operation)) is not None:
            added.setdefault(found.model._meta.db_table, []).append(_added(found, operation.field))
    present = {model._meta.db_table for model in tracked_models()}
    return tuple(
        Tracked(
            table=name,
            key=track.key,
            hidden=track.hidden,
            ignored=track.ignored,
            added=added.get(name, []),
        )
        for name, track in sorted(tracks.items())
        if name in present
    )


@cache
def triggers() -> dict[tuple[str, str], Trigger]:
    """Every trigger by its table and its name; what was hung anew is as it was hung last."""
    present = {model._meta.db_table for model in all_models()}
    found = (each for _, each in _operations() if isinstance(each, Trigger) and each.table in present)
    return {(each.table, each.name): each for each in found}


@cache
def functions() -> dict[str, Installed]:
    """Every function by its name."""
    texts = {each.text for _, each in _operations() if isinstance(each, Function)}
    return {
        found["name"]: Installed(
            found["body"],
            _language(found["head"]),
            "security definer" in found["head"],
            frozenset(f"{name}={value}".replace("'", "").lower() for name, value in _settings(found["head"])),
        )
        for text in texts
        for found in FUNCTION.finditer(text)
    }


def _language(head: str) -> str:
    return "".join(LANGUAGE.findall(head))


def _settings(head: str) -> list[tuple[str, str]]:
    return SETTING.findall(head)


def _operations() -> Iterator[tuple[str, Operation]]:
    """Every operation of every migration, in the order in which they run within an app."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for app_label, name in sorted(loader.disk_migrations):
        for operation in loader.disk_migrations[app_label, name].operations:
            yield from ((app_label, each) for each in _flat(operation))


def _flat(operation: Operation) -> Iterator[Operation]:
    parts = [*getattr(operation, "operations", ()), *getattr(operation, "database_operations", ())]
    yield operation
    for part in parts:
        yield from _flat(part)


def _field(app_label: str, operation: AddField) -> "Field[Any, Any] | None":
    """The field of today's model that the operation added; None for what is no column of a table."""
    try:
        model: type[Model] = apps.get_model(app_label, operation.model_name)
        found = model._meta.get_field(operation.name)
    except (LookupError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) and found.column else None


def _added(found: "Field[Any, Any]", declared: "Field[Any, Any]") -> Added:
    value = BaseDatabaseSchemaEditor._effective_default(declared)  # type: ignore[attr-defined]
    if isinstance(declared.db_default, Value):
        value = declared.db_default.value
    is_known = not (callable(declared.default) and isinstance(value, date | time))
    stored = found.get_db_prep_save(value, connection) if is_known else None
    return Added(str(found.column), found.db_type(connection), stored, is_known)
