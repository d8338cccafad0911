"""Writing the typed rows of a record: only what changed, each group in one statement."""

from dataclasses import dataclass, field
from typing import Any

from forms_app.selectors.documents import rows_in_use
from trial.crf.answers import Answers, GroupAnswers
from trial.crf.reading import Reading, RowReading
from trial.models import Record


@dataclass
class Changes:
    """What differs between the stored rows and a reading. False when nothing does."""

    stored: Answers | None
    header: dict[str, Any] = field(default_factory=dict)
    groups: dict[type[GroupAnswers], list[GroupAnswers]] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)

    @property
    def removed(self) -> tuple[str, ...]:
        """The paths of the rows that are taken away; a fixed row stays on the page, even when it is empty."""
        return tuple(
            f"{group.code}.{row.key}."
            for group, moved in self.groups.items()
            if not group.keys
            for row in moved
            if row.removed
        )

    def __bool__(self) -> bool:
        return self.stored is None or bool(self.header) or any(self.groups.values())


def changes(record: Record, reading: Reading, *, created: bool) -> Changes:
    """Compare a reading with what is stored (nothing yet, when just created), without writing."""
    stored = None if created else reading.form._default_manager.filter(record=record).first()
    found = Changes(stored)
    columns = reading.header.columns()
    found.header = {name: value for name, value in columns.items() if _differs(stored, name, value)}
    found.items |= set(found.header)
    for group in reading.form.groups:
        rows = {} if created else rows_in_use(record, group)
        wanted = reading.groups.get(group.code, {})
        found.groups[group] = _group_changes(record, group, rows, wanted, found.items)
    return found


def write(record: Record, reading: Reading, changed: Changes) -> None:
    """Write the changes: one statement for the form's row, one for each group."""
    if changed.stored is None:
        reading.form(record=record, **reading.header.columns()).save(force_insert=True)
    elif changed.header:
        reading.form._default_manager.filter(record=record).update(**changed.header)
    for group, moved in changed.groups.items():
        _upsert(group, moved)


def _differs(row: Answers | GroupAnswers | None, name: str, value: Any) -> bool:
    return row is None or getattr(row, name) != value


def _group_changes(
    record: Record,
    group: type[GroupAnswers],
    stored: dict[str, GroupAnswers],
    wanted: dict[str, RowReading],
    items: set[str],
) -> list[GroupAnswers]:
    moved = []
    for key, row in wanted.items():
        differing = {name for name, value in row.columns().items() if _differs(stored.get(key), name, value)}
        if differing:
            moved.append(group(record=record, key=key, removed=False, **row.columns()))
            items |= {f"{group.code}.{key}.{name}" for name in differing}
    for key, gone in stored.items():
        if key not in wanted:
            gone.removed = True
            moved.append(gone)
    return moved


def _upsert(group: type[GroupAnswers], moved: list[GroupAnswers]) -> None:
    if not moved:
        return
    for row in moved:
        # A row that is marked removed comes with its number, a new one without: both go by their key.
        row.pk = None
    columns = [field.name for field in group._meta.local_fields if field.name not in ("id", "record", "key")]
    group._default_manager.bulk_create(
        moved, update_conflicts=True, unique_fields=["record", "key"], update_fields=columns
    )
