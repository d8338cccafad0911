"""The owner of the database with bad intentions: random tamperings by seed, and how each is to be named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.db import IntegrityError, connections, transaction

from tests.sql import rows, run, value
from trial.audit import declared, findings, leaves
from trial.audit.findings import EVENT, FUNCTION, ROW, SEAL, TRIGGER, Problem
from trial.audit.operations import Trigger

OWNER = "owner"

# Each makes another value of whatever stands there.
CHANGES = {
    "table_name": "table_name || 'x'",
    "key": "key || '0'",
    "record_id": "case when record_id is null then 1 end",
    "operation": "case operation when 'insert' then 'update' else 'insert' end",
    "row": """ "row" || '{"added": 1}' """,
    "schema_version": "schema_version - 1",
    "actor_id": "coalesce(actor_id, 0) + 1",
    "reason": "reason || ' '",
    "route": "case route when 'sql' then 'api' else 'sql' end",
    "request_id": "request_id || '0'",
    "database_user": "'fascicle_app' || left(database_user, 1)",
    "at": "at - interval '1 microsecond'",
    "xact": "(xact::text::bigint + 1)::text::xid8",
    "epoch": "epoch + 1",
}
ROW_CHANGES = (
    CHANGES["row"],
    """ "row" - (select min(name) from jsonb_object_keys("row") name) """,
    """ jsonb_set("row", array[(select min(name) from jsonb_object_keys("row") name)], '"other"') """,
)
TURNED = "translate({}, '0123456789abcdef', '123456789abcdef0')"
SEAL_CHANGES = {
    "id": "id + 1000",
    "number": "number + 1000",
    "epoch": "epoch + 1",
    "from_xact": "(from_xact::text::bigint + 1)::text::xid8",
    "to_xact": "(to_xact::text::bigint + 1)::text::xid8",
    "events": "events + 1",
    "leaves": "set_byte(leaves, 9, (get_byte(leaves, 9) + 1) %% 256)",
    "root": TURNED.format("root"),
    "previous": TURNED.format("previous"),
    "sealed_at": "sealed_at - interval '1 microsecond'",
    "hash": TURNED.format("hash"),
    "key_id": TURNED.format("key_id"),
    "signature": TURNED.format("signature"),
}
# Columns that no rule of the database bounds, and another value for each.
LIVE_CHANGES = {
    ("trial_participant", "state_reason"): "state_reason || ' '",
    ("trial_visit", "version"): "version + 1",
    ("trial_visit", "reason_not_done"): "reason_not_done || ' '",
    ("trial_record", "version"): "version + 1",
    ("trial_record", "protocol_version"): "protocol_version || '1'",
    ("trial_pain", "nrs_now"): "(coalesce(nrs_now, 0) + 1) %% 11",
    ("trial_motion", "rom_dev"): "coalesce(rom_dev, '') || ' '",
    ("trial_consent", "iclang"): "coalesce(iclang, '') || 'x'",
    ("trial_membership", "valid_to"): "coalesce(valid_to, current_date) + 1",
    ("trial_user", "full_name"): "full_name || ' '",
    # Of these no event holds the value.
    ("trial_user", "password"): "password || 'x'",
    ("trial_secondfactor", "secret"): "secret || 'x'",
    ("trial_recoverycode", "beginning"): "reverse(beginning)",
    ("trial_user", "email"): "email || 'x'",
    ("trial_site", "time_zone"): "'Asia/Shanghai'",
}
# What the owner may do to a function; where it ran as its owner it does not, and the other way round.
FUNCTIONS = (
    "create or replace function {}() returns trigger language plpgsql as $$ begin return new; end $$",
    "alter function {}() security {}",
    "alter function {}() set search_path = public, pg_temp",
    "create function {}(integer) returns integer language sql as 'select 1'",
)
KEYS = {"trial_pain": "record_id", "trial_motion": "record_id", "trial_consent": "record_id"}


class Untouched(Exception):
    """There was nothing to tamper with, or a rule of the database refused: another is tried."""


class Tamperer:
    """Knows the ids of the sealed events; each act answers with the problems by which it is to be named."""

    def __init__(self, sealed: list[int], seed: int) -> None:
        self.random = Random(seed)
        self.sealed = sealed
        self.acts: list[Callable[[], list[Problem]]] = [
            *([self.change_event] * 6),
            *([self.delete_event] * 2),
            *([self.insert_copy] * 2),
            *(self.swap_ids, self.swap_rows, self.renumber),
            *([self.change_seal] * 3),
            *(self.delete_seal, self.cut_the_tail),
            *([self.change_live_row] * 3),
            *(self.delete_live_row, self.insert_live_row),
            *(self.drop_trigger, self.change_trigger, self.insert_trigger, self.change_function),
        ]

    def act(self) -> list[Problem]:
        return self.random.choice(self.acts)()

    def change_event(self) -> list[Problem]:
        column, number = self.random.choice([*CHANGES]), self._event()
        other = self.random.choice(ROW_CHANGES) if column == "row" else CHANGES[column]
        _do(f'update trial_event set "{column}" = {other} where id = %s', number)
        return [_event(findings.CHANGED, number)]

    def delete_event(self) -> list[Problem]:
        number = self._event()
        _do("delete from trial_event where id = %s", number)
        return [_event(findings.REMOVED, number)]

    def insert_copy(self) -> list[Problem]:
        number, names = (
            self.random.choice([-7, 0, 900_000]),
            ", ".join(f'"{name}"' for name in leaves.COLUMNS),
        )
        copied = ", ".join("%s" if name == "id" else f'"{name}"' for name in leaves.COLUMNS)
        _do(
            f"insert into trial_event ({names}) overriding system value "
            f"select {copied} from trial_event where id = %s",
            *(number, self._event()),
        )
        return [_event(findings.INSERTED, number)]

    def swap_ids(self) -> list[Problem]:
        first, second = self._two_events()
        for after, before in ((-1, first), (first, second), (second, -1)):
            _do("update trial_event set id = %s where id = %s", after, before)
        return [_event(findings.REORDERED, number) for number in (first, second)]

    def swap_rows(self) -> list[Problem]:
        pair = self._two_events()
        _do(
            'update trial_event e set "row" = o."row" from trial_event o '
            'where e.id = any(%s) and o.id = any(%s) and e.id <> o.id and e."row" <> o."row"',
            *(pair, pair),
        )
        return [_event(findings.CHANGED, number) for number in pair]

    def renumber(self) -> list[Problem]:
        number = self._event()
        _do("update trial_event set id = 800000 where id = %s", number)
        return [_event(findings.REORDERED, number), _event(findings.INSERTED, 800_000)]

    def change_seal(self) -> list[Problem]:
        column, number = self.random.choice([*SEAL_CHANGES]), self._seal()
        _do(f'update trial_seal set "{column}" = {SEAL_CHANGES[column]} where number = %s', number)
        return [Problem(SEAL, findings.REMOVED if column == "number" else findings.CHANGED, "", number)]

    def delete_seal(self) -> list[Problem]:
        number = self._seal()
        _do("delete from trial_seal where number = %s", number)
        was_last = value("select max(number) from trial_seal", using=OWNER) < number
        return [Problem(SEAL, findings.CUT_OFF if was_last else findings.REMOVED, "", number)]

    def cut_the_tail(self) -> list[Problem]:
        number = self._seal()
        _do(
            "delete from trial_event e using trial_seal s "
            "where s.number = %s and (e.epoch > s.epoch or (e.epoch = s.epoch and e.xact >= s.from_xact))",
            number,
        )
        _do("delete from trial_seal where number >= %s", number)
        return [Problem(SEAL, findings.CUT_OFF, "", number)]

    def change_live_row(self) -> list[Problem]:
        table, column = self.random.choice([*LIVE_CHANGES])
        key = self._key(table)
        with _triggers_off(table):
            other = LIVE_CHANGES[table, column]
            _do(f"update {table} set {column} = {other} where {KEYS.get(table, 'id')} = %s", key)
        return [Problem(ROW, findings.CHANGED, "", table=table, key=str(key))]

    def delete_live_row(self) -> list[Problem]:
        table = self.random.choice([*KEYS])
        key = self._key(table)
        with _triggers_off(table):
            _do(f"delete from {table} where record_id = %s", key)
        return [Problem(ROW, findings.REMOVED, "", table=table, key=str(key))]

    def insert_live_row(self) -> list[Problem]:
        with _triggers_off("trial_site"):
            _do(
                "insert into trial_site (id, code, name, time_zone, activated_on, last_number) "
                "overriding system value values (99, '99', 'Nowhere', 'UTC', '2026-01-01', 0)"
            )
        return [Problem(ROW, findings.INSERTED, "", table="trial_site", key="99")]

    def drop_trigger(self) -> list[Problem]:
        trigger = self._trigger()
        _ddl(f'drop trigger "{trigger.name}" on {trigger.table}')
        return [_trigger(findings.REMOVED, trigger.table, trigger.name)]

    def change_trigger(self) -> list[Problem]:
        """It is switched off, or hung again so that it does not always look, or asks another function, of the
        same name or not."""
        trigger = self._trigger()
        how = self.random.choice(("off", "when", "of", "other", "schema"))
        if how == "off":
            _ddl(f'alter table {trigger.table} disable trigger "{trigger.name}"')
        else:
            was = str(trigger.sql)
            other = {
                "when": was.replace(" execute ", " when (pg_trigger_depth() > 7) execute "),
                "of": was.replace(" on ", f" of {KEYS.get(trigger.table, 'id')} on ", 1),
                "other": was.replace(trigger.function, "suppress_redundant_updates_trigger"),
                "schema": was.replace(trigger.function, f"other.{trigger.function}"),
            }[how]
            if how == "of" and not trigger.when.endswith("update"):
                raise Untouched
            if how == "schema":
                _ddl(f"create schema other; {FUNCTIONS[0].format(f'other.{trigger.function}')}")
            _ddl(f'drop trigger "{trigger.name}" on {trigger.table}; {other}')
        return [_trigger(findings.CHANGED, trigger.table, trigger.name)]

    def insert_trigger(self) -> list[Problem]:
        table = self.random.choice([*KEYS, "trial_event", "trial_seal"])
        _ddl(
            f"create trigger first before update on {table} for each row "
            "execute function suppress_redundant_updates_trigger()"
        )
        return [_trigger(findings.INSERTED, table, "first")]

    def change_function(self) -> list[Problem]:
        trigger, how = self._trigger(), self.random.choice(FUNCTIONS)
        is_of_owner = declared.functions()[trigger.function].is_of_owner
        _ddl(how.format(trigger.function, "invoker" if is_of_owner else "definer"))
        return [Problem(FUNCTION, findings.CHANGED, "", key=trigger.function)]

    def _trigger(self) -> Trigger:
        return self.random.choice([*declared.triggers().values()])

    def _event(self) -> int:
        return self.random.choice(self.sealed)

    def _two_events(self) -> list[int]:
        return sorted(self.random.sample(self.sealed, 2))

    def _seal(self) -> int:
        return self.random.randint(1, int(value("select max(number) from trial_seal", using=OWNER)))

    def _key(self, table: str) -> Any:
        keys = rows(f"select {KEYS.get(table, 'id')} from {table} order by 1", using=OWNER)
        return self.random.choice(keys)[0]


def _event(wrong: str, number: int) -> Problem:
    """An event as it is to be named: with the table and the key that stand there now, if it is there."""
    found = rows("select table_name, key from trial_event where id = %s", [number], using=OWNER)
    table, key = found[0] if found else ("", "")
    return Problem(EVENT, wrong, "", number, table, key)


def _trigger(wrong: str, table: str, name: str) -> Problem:
    return Problem(TRIGGER, wrong, "", table=table, key=name)


def _ddl(statement: str) -> None:
    run(statement, using=OWNER)


def _do(statement: str, *values: Any) -> None:
    """As the owner. Raises Untouched when nothing changed."""
    try:
        with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            cursor.execute(statement, values or None)
            changed = cursor.rowcount
    except IntegrityError as error:
        raise Untouched from error
    if not changed:
        raise Untouched


@contextmanager
def _triggers_off(table: str) -> Iterator[None]:
    run(f"alter table {table} disable trigger user", using=OWNER)
    yield
    run(f"alter table {table} enable trigger user", using=OWNER)
