"""Verifies what is there now: every row of every tracked table against its last event, in the database."""

from collections.abc import Sequence
from typing import Any

from trial.audit import belonging, declared, findings, reading
from trial.audit.declared import HIDDEN, Added, Tracked
from trial.audit.findings import ROW, Problem, Report
from trial.models import Participant

# As the trigger writes it; of an event that is older than the hash none is known.
HASHED = """jsonb_build_object(%(hidden_name)s, encode(sha256(convert_to((
    select jsonb_object_agg(h.name, to_jsonb(t) -> h.name) from unnest(%(hidden)s::text[]) h (name)
)::text, 'UTF8')), 'hex'))"""
# Each live row `l` beside the last event `e` of its key. A column that is younger than the event holds what
# rows of that age were given.
COMPARED = """
from (select t."{key}"::text as key, to_jsonb(t) - %(left_out)s::text[] || {hashed} as row from "{table}" t) l
full join (
    select distinct on (e.key) e.key, e.id, e.operation, e.record_id, e.table_name, e.row
    from trial_event e where e.table_name = %(table)s order by e.key, e.id desc
) e on e.key = l.key
cross join lateral (select {added} || e.row as row) expected
where {whose}
"""
NOTHING = "'{}'::jsonb"
WRONG = """(e.operation = 'delete') is distinct from (l.key is null)
or (l.key is not null and l.row is distinct from expected.row)"""
COUNT = "select count(l.key), count(*) filter (where {wrong})" + COMPARED
NAME = """select coalesce(l.key, e.key), l.key is not null, e.id, e.operation, (
    select string_agg(n.name, ', ' order by n.name) from jsonb_object_keys(l.row || expected.row) n (name)
    where l.row -> n.name is distinct from expected.row -> n.name)"""
NAMED = f"{NAME}{COMPARED} and ({{wrong}}) order by length(coalesce(l.key, e.key)), 1 limit %(limit)s"


def check(
    report: Report, participant: Participant | None, using: str, tables: Sequence[Tracked] | None = None
) -> None:
    """Add what is wrong with live rows to the report."""
    asked = belonging.values(participant, using) if participant else {}
    for table in declared.tables() if tables is None else tables:
        values: dict[str, Any] = {
            "table": table.table,
            "left_out": [*table.hidden, *table.ignored],
            "hidden": list(table.hidden),
            "hidden_name": HIDDEN,
            "limit": findings.MOST + 1,
            **asked,
        }
        values |= {f"added_{each.column}": each.value for each in table.added}
        ((rows, wrong),) = reading.rows(_statement(COUNT, table, bool(asked)), values, using)
        report.rows += rows
        if wrong:
            for row in reading.rows(_statement(NAMED, table, bool(asked)), values, using):
                report.add(_problem(table, *row))


def _statement(template: str, table: Tracked, of_one: bool) -> str:
    whose = f"({belonging.ROWS} or {belonging.EVENTS})" if of_one else "true"
    return template.format(
        table=table.table,
        key=table.key,
        hashed=HASHED if table.hidden else NOTHING,
        added=_added(table),
        whose=whose,
        wrong=WRONG,
    )


def _added(table: Tracked) -> str:
    """A jsonb of what was added later; what is not known of earlier events is taken as it is."""
    columns = [*table.added, *([Added(HIDDEN, None, None, is_known=False)] if table.hidden else [])]
    if not columns:
        return NOTHING
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
