"""Verifies what is there now: every row of every tracked table against its last event, in the database."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections

from trial.audit import belonging, declared, findings
from trial.audit.declared import Added, Tracked
from trial.audit.findings import ROW, TRIGGER, Problem, Report
from trial.models import Participant

TRIGGERS = """
select c.relname::text, encode(t.tgargs, 'escape'), t.tgenabled::text
from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relnamespace = 'public'::regnamespace and c.relname = any(%s) and t.tgname = 'audit'
"""

# Each live row `l` beside the last event `e` of its key. A column that is younger than the event holds what
# rows of that age were given.
COMPARED = """
from (select t."{key}"::text as key, to_jsonb(t) - %(left_out)s::text[] as row from "{table}" t) l
full join (
    select distinct on (e.key) e.key, e.id, e.operation, e.record_id, e.table_name, e.row
    from trial_event e where e.table_name = %(table)s order by e.key, e.id desc
) e on e.key = l.key
cross join lateral (select {added} || e.row as row) expected
where {whose}
"""
WRONG = """(e.operation = 'delete') is distinct from (l.key is null)
or (l.key is not null and l.row is distinct from expected.row)"""
COUNT = "select count(l.key), count(*) filter (where {wrong})" + COMPARED
NAME = """select coalesce(l.key, e.key), l.key is not null, e.id, e.operation, (
    select string_agg(n.name, ', ' order by n.name) from jsonb_object_keys(l.row || expected.row) n (name)
    where l.row -> n.name is distinct from expected.row -> n.name)"""
NAMED = f"{NAME}{COMPARED} and ({{wrong}}) order by length(coalesce(l.key, e.key)), 1 limit {findings.MOST}"


def check(
    report: Report, participant: Participant | None, using: str, tables: Sequence[Tracked] | None = None
) -> None:
    """Add what is wrong with live rows, and with the triggers that should watch them, to the report."""
    tables = declared.tables() if tables is None else tables
    for problem in _triggers(tables, using):
        report.add(problem)
    asked = belonging.values(participant, using) if participant else {}
    for table in tables:
        values: dict[str, Any] = {"table": table.table, "left_out": list(table.left_out), **asked}
        values |= {f"added_{each.column}": each.value for each in table.added}
        ((rows, wrong),) = _rows(_statement(COUNT, table, bool(asked)), values, using)
        report.rows += rows
        if wrong:
            for row in _rows(_statement(NAMED, table, bool(asked)), values, using):
                report.add(_problem(table, *row))


def _statement(template: str, table: Tracked, of_one: bool) -> str:
    whose = f"({belonging.ROWS} or {belonging.EVENTS})" if of_one else "true"
    return template.format(
        table=table.table, key=table.key, added=_added(table.added), whose=whose, wrong=WRONG
    )


def _added(columns: list[Added]) -> str:
    """A jsonb of the columns that were added later; one whose first value is not known is taken as it is."""
    if not columns:
        return "'{}'::jsonb"
    members = (
        f"'{each.column}', to_jsonb(%(added_{each.column})s::{each.kind})"
        if each.is_known
        else f"'{each.column}', l.row -> '{each.column}'"
        for each in columns
    )
    return f"jsonb_build_object({', '.join(members)})"


def _problem(
    table: Tracked, key: str, is_there: bool, event: int | None, operation: str | None, names: str | None
) -> Problem:
    if not is_there:
        sentence, wrong = f"Its last event is {event}, which does not delete it.", findings.REMOVED
    elif event is None:
        sentence, wrong = "No event tells where it comes from.", findings.INSERTED
    elif operation == "delete":
        sentence, wrong = f"It is there, though event {event} deleted it.", findings.INSERTED
    else:
        sentence, wrong = f"It is not what event {event} says: {names}.", findings.CHANGED
    return Problem(ROW, wrong, sentence, table=table.table, key=key)


def _triggers(tables: Sequence[Tracked], using: str) -> Iterator[Problem]:
    """Whether the audit hangs on each table, is on, and is told what the migrations say."""
    found = {each[0]: each[1:] for each in _rows(TRIGGERS, [[table.table for table in tables]], using)}
    for table in tables:
        if table.table not in found:
            yield Problem(TRIGGER, findings.REMOVED, "Nothing writes its changes.", table=table.table)
            continue
        arguments, enabled = found[table.table]
        if enabled not in ("O", "A"):
            yield Problem(TRIGGER, findings.CHANGED, "It is switched off.", table=table.table)
        if tuple(arguments.split("\\000")[:3]) != table.arguments:
            yield Problem(TRIGGER, findings.CHANGED, "It leaves other columns out.", table=table.table)


def _rows(statement: str, values: Any, using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
