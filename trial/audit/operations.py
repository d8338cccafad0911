"""Migration operations of the ledger: install a function, track a table, guard its changes."""

from pathlib import Path
from typing import Any

from django.db.migrations import AddConstraint, RunSQL

SQL = Path(__file__).parent / "sql"


def function(name: str) -> RunSQL:
    """Install the trigger function that stands in `sql/<name>.sql`."""
    return RunSQL((SQL / f"{name}.sql").read_text(), RunSQL.noop)


class Track(RunSQL):
    """Hangs the audit on a table, and says how: whoever verifies the ledger asks here."""

    def __init__(self, table: str, key: str, hidden: tuple[str, ...], ignored: tuple[str, ...]) -> None:
        self.table, self.key, self.hidden, self.ignored = table, key, hidden, ignored
        arguments = f"'{key}', '{','.join(hidden)}', '{','.join(ignored)}'"
        trigger = _trigger("audit", table, "after insert or update or delete", f"record_event({arguments})")
        super().__init__(trigger.sql, trigger.reverse_sql)


def track(
    table: str, *, key: str = "id", hidden: tuple[str, ...] = (), ignored: tuple[str, ...] = ()
) -> Track:
    """Write every change of a table into the audit.

    A change of a `hidden` column is written without its value; `ignored` columns are not looked at.
    """
    return Track(table, key, hidden, ignored)


def require_reason(table: str) -> RunSQL:
    """Refuse a change of a complete record, or of its rows, that carries no reason."""
    return _trigger("reason", table, "before insert or update or delete", "require_reason()")


class AddConstraintFromNowOn(AddConstraint):
    """Add a CHECK that holds for every row written from now on; rows that stand under an earlier version of
    the protocol stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} not valid")


def fix(table: str, *columns: str) -> RunSQL:
    """Refuse a change of these columns of a table, ever."""
    return guard("guard_identity", table, "before update", *columns)


def guard(name: str, table: str, when: str, *arguments: str) -> RunSQL:
    """Run the trigger function `name` before the rows of a table change."""
    words = ", ".join(f"'{argument}'" for argument in arguments)
    return _trigger(name, table, when, f"{name}({words})")


def after(name: str, table: str, *arguments: str) -> RunSQL:
    """Run the trigger function `name` after each change of a row of a table."""
    words = ", ".join(f"'{argument}'" for argument in arguments)
    return _trigger(name, table, "after insert or update or delete", f"{name}({words})")


def _trigger(name: str, table: str, when: str, call: str) -> RunSQL:
    return RunSQL(
        f'create trigger "{name}" {when} on "{table}" for each row execute function fascicle_{call}',
        f'drop trigger "{name}" on "{table}"',
    )
