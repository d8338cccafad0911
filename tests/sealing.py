"""Ledgers to seal and verify: a journal of the test's own, quick histories with real commits, and the leaf
of an event by its definition."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from django.db import connection, transaction

from tests.cast import Cast
from tests.sql import actor, run
from trial.audit import leaves, seal_keys

if TYPE_CHECKING:
    from pytest_django import Settings


def own_place(settings: "Settings", folder: Path) -> None:
    """A key, the public keys and the journal in a folder of the test's own."""
    settings.SEAL_KEY_FILE = str(folder / "seal_key")
    settings.SEAL_PUBLIC_KEYS = str(folder / "seals" / "public_keys")
    settings.SEAL_JOURNAL = str(folder / "seals" / "journal.jsonl")
    seal_keys.make(Path(settings.SEAL_KEY_FILE))


def write(cast: Cast, *texts: str, reason: str = "") -> None:
    """A transaction that gives the north each of these names, one event each."""
    with transaction.atomic():
        actor(cast.coordinator.pk, reason)
        for text in texts:
            run("update trial_site set name = %s where id = %s", [text, cast.north.pk])


@contextmanager
def another_writer(who: int) -> Iterator[Any]:
    """A second connection of the app role, in a transaction of its own that acts as somebody."""
    parameters = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ("dbname", "user", "host", "port")
    }
    with closing(psycopg2.connect(**parameters)) as other:
        cursor = other.cursor()
        cursor.execute("select set_config('fascicle.actor', %s, false)", [str(who)])
        yield cursor


def content(event: Mapping[str, Any]) -> bytes:
    """The canonical bytes of an event whose `at` and `row` are text already."""
    columns = {name: event[name] for name in leaves.COLUMNS}
    return json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf(content: bytes) -> bytes:
    """The hash of one leaf's content."""
    return sha256(b"\x00" + content).digest()
