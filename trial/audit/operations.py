"""Migration operations of the ledger: install a function, track a table, guard its changes."""

from pathlib import Path
from typing import Any

from django.db.migrations import AddConstraint, RunSQL

SQL = Path(__file__).parent / "sql"


class Function(RunSQL):
    """Installs the function that stands in `sql/<name>.sql`: whoever verifies the ledger asks here."""

    def __init__(self, name: str) -> None:
        self.text = (SQL / f"{name}.sql").read_text()
        super().__init__(self.text, RunSQL.noop)


class Trigger(RunSQL):
    """Runs a function for each row of a table that changes: whoever verifies the ledger asks here."""

    def __init__(self, name: str, table: str, when: str, function: str, *arguments: str) -> None:
        self.name, self.table, self.when = name, table, when
        self.function, self.arguments = f"fascicle_{function}", arguments
        words = ", ".join(f"'{argument}'" for argument in arguments)
        call = f"{self.function}({words})"
        super().__init__(
            f'create trigger "{name}" {when} on "{table}" for each row execute function {call}',
            f'drop trigger "{name}" on "{table}"',
        )


class Track(Trigger):
    """Hangs the audit on a table, and says how."""

    def __init__(self, table: str, key: str, hidden: tuple[str, ...], ignored: tuple[str, ...]) -> None:
        self.key, self.hidden, self.ignored = key, hidden, ignored
        arguments = key, ",".join(hidden), ",".join(ignored)
        super().__init__("audit", table, "after insert or update or delete", "record_event", *arguments)


def function(name: str) -> Function:
    """Install the function that stands in `sql/<name>.sql`."""
    return Function(name)


def track(
    table: str, *, key: str = "id", hidden: tuple[str, ...] = (), ignored: tuple[str, ...] = ()
) -> Track:
    """Write every change of a table into the audit.

    Of the `hidden` columns a hash is written, and never a value; `ignored` columns are not looked at.
    """
    return Track(table, key, hidden, ignored)


def require_reason(table: str) -> Trigger:
    """Refuse a change of a complete record, or of its rows, that carries no reason."""
    return Trigger("reason", table, "before insert or update or delete", "require_reason")


class AddConstraintFromNowOn(AddConstraint):
    """Add a CHECK that holds for every row written from now on; rows that stand under an earlier version of
    the protocol stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} not valid")


def fix(table: str, *columns: str) -> Trigger:
    """Refuse a change of these columns of a table, ever."""
    return guard("guard_identity", table, "before update", *columns)


def guard(name: str, table: str, when: str, *arguments: str) -> Trigger:
    """Run the trigger function `name` before the rows of a table change."""
    return Trigger(name, table, when, name, *arguments)


def after(name: str, table: str, *arguments: str) -> Trigger:
    """Run the trigger function `name` after each change of a row of a table."""
    return Trigger(name, table, "after insert or update or delete", name, *arguments)
