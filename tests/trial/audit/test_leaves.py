"""The canonical bytes of an event: the same from SQL and from Python, and different for every difference."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sealing import content as content_of
from tests.sealing import leaf as leaf_of
from tests.sql import rows, run
from trial.audit import leaves

pytestmark = pytest.mark.django_db

EVENT: dict[str, Any] = {
    "id": 7_000_000,
    "table_name": "trial_pain",
    "key": "3",
    "record_id": 3,
    "operation": "update",
    "row": '{"a": 1.50}',
    "schema_version": 41,
    "actor_id": 5,
    "reason": "a typing error",
    "route": "screen",
    "request_id": "0" * 32,
    "database_user": "fascicle_app",
    "at": "2026-11-22T17:37:34.000100Z",
    "xact": 800,
    "epoch": 1,
}
# PostgreSQL stores no null character.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
events = st.fixed_dictionaries(
    {
        "reason": texts,
        "route": texts.map(lambda text: text[:10]),
        "record_id": st.none() | st.integers(-(2**63), 2**63 - 1),
        "actor_id": st.none() | st.integers(-(2**63), 2**63 - 1),
        "epoch": st.integers(-(2**31), 2**31 - 1),
        "xact": st.integers(0, 2**63 - 1),
        "at": st.datetimes().map(lambda at: at.strftime("%Y").zfill(4) + at.strftime("-%m-%dT%H:%M:%S.%fZ")),
    }
)


def insert(event: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in event)
    places = ", ".join("%s::text::xid8" if name == "xact" else "%s" for name in event)
    run("delete from trial_event where id = %s", [event["id"]], using="owner")
    run(
        f"insert into trial_event ({names}) overriding system value values ({places})",
        list(event.values()),
        using="owner",
    )


def of_sql(number: int, using: str = "owner") -> tuple[bytes, bytes]:
    ((content, leaf),) = rows(
        f"select {leaves.CONTENT}, {leaves.LEAF} from trial_event e where e.id = %s", [number], using=using
    )
    return content.encode(), bytes(leaf)


@given(events)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_sql_and_python_write_the_same_bytes(changes: dict[str, Any]) -> None:
    event = EVENT | changes
    insert(event)
    content, leaf = of_sql(EVENT["id"])
    assert content == content_of(event)
    assert leaf == leaf_of(content)


def test_the_bytes_are_those_of_the_documentation() -> None:
    insert(EVENT)
    assert of_sql(EVENT["id"])[0].decode() == (
        '{"actor_id":5,"at":"2026-11-22T17:37:34.000100Z","database_user":"fascicle_app","epoch":1,"id":7000000,'
        '"key":"3","operation":"update","reason":"a typing error","record_id":3,'
        '"request_id":"00000000000000000000000000000000","route":"screen","row":"{\\"a\\": 1.50}",'
        '"schema_version":41,"table_name":"trial_pain","xact":800}'
    )


def test_every_column_of_an_event_is_in_its_bytes() -> None:
    columns = rows("select column_name from information_schema.columns where table_name = 'trial_event'")
    assert {name for (name,) in columns} == set(leaves.COLUMNS) == set(EVENT)


CHANGES: dict[str, Any] = {
    "id": 7_000_001,
    "table_name": "trial_paim",
    "key": "4",
    "record_id": None,
    "operation": "insert",
    "row": '{"a": 1.5}',
    "schema_version": 42,
    "actor_id": None,
    "reason": "a typing error ",
    "route": "api",
    "request_id": "",
    "database_user": "fascicle_owner",
    "at": "2026-11-22T17:37:34.000101Z",
    "xact": 801,
    "epoch": 2,
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.requirement("P11.10e")
def test_a_change_of_any_column_changes_the_leaf(column: str) -> None:
    insert(EVENT)
    before = of_sql(EVENT["id"])
    changed = EVENT | {column: CHANGES[column]}
    insert(changed)
    assert of_sql(changed["id"]) != before


@pytest.mark.parametrize("moment", ["2026-11-22 17:37:34.0001 BC", "12026-11-22 17:37:34.0001", "infinity"])
def test_a_moment_that_cannot_be_written_so_is_none(moment: str) -> None:
    insert(EVENT)
    before = of_sql(EVENT["id"])
    insert(EVENT | {"at": moment})
    assert of_sql(EVENT["id"]) != before


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/St_Johns"])
def test_the_bytes_do_not_depend_on_the_session(zone: str) -> None:
    insert(EVENT)
    before = of_sql(EVENT["id"])
    run(f"set local timezone = '{zone}'", using="owner")
    run("set local datestyle = 'German'", using="owner")
    assert of_sql(EVENT["id"]) == before


def test_leaves_are_read_as_they_were_written() -> None:
    content = b"".join(number.to_bytes(8) + bytes([number]) * 32 for number in (3, 5, 9))
    assert leaves.entries(content) == {number: bytes([number]) * 32 for number in (3, 5, 9)}
    assert leaves.hashes(content) == [bytes([number]) * 32 for number in (3, 5, 9)]
