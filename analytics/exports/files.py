"""An export as a file: who may have it, what it is called, how many rows it has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connection
from django.http import StreamingHttpResponse
from psycopg2 import extensions
from psycopg2.sql import SQL, Composable

from analytics.exports import long, signatures, wide
from analytics.exports.stream import Stream
from analytics.exports.table import Table
from trial.access import Right, check_right, sites_with
from trial.audit import as_of
from trial.audit.positions import CURRENT, Position
from trial.models import Record, Seal, Site, User
from trial.protocol import STUDY
from trial.refusals import Refusal

SHAPES: dict[str, Callable[[tuple[Site, ...]], Table]] = {
    "long": long.table,
    "wide": wide.table,
    "signatures": signatures.table,
}

MOMENT = "select to_char(now() at time zone 'UTC', 'YYYYMMDD\"T\"HH24MI\"Z\"')"

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ExportFile:
    """A file that is ready to be streamed: the count and the rows are of one position.

    `seal` is the one as of which it was read, None for the data of now.
    """

    name: str
    rows: int
    position: Position
    stream: Stream
    seal: Seal | None = None

    def response(self) -> StreamingHttpResponse:
        """The download; its name and headers say how many rows it must have."""
        response = StreamingHttpResponse(self.stream, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.name}"'
        response["Cache-Control"] = "no-store"
        response["Fascicle-Rows"] = str(self.rows)
        response["Fascicle-Position"] = str(self.position)
        if self.seal:
            response["Fascicle-Seal"] = f"{self.seal.number} {self.seal.hash}"
        return response


def open_file(*, by: User, shape: str, excel: bool, at: Seal | Position | None = None) -> ExportFile:
    """The data of the sites whose data the person may export, in one snapshot: of now, or of a seal.

    `excel` adds the byte order mark and makes formula-like cells safe; without it no text is altered.
    Refused without the right; the caller streams or closes what it got.
    """
    table = _table(by, shape)
    session = _session()
    try:
        return _file(session, shape, table, excel, at)
    except BaseException:
        session.close()
        raise


def row_count(*, by: User, shape: str) -> int:
    """How many rows the file would have as the data are read: now, or within `as_of`."""
    statement = _table(by, shape).count()
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection))
        rows: int = cursor.fetchone()[0]
    return rows


def removed_records(*, by: User) -> int:
    """How many records are left out because they were removed."""
    check_right(by, Right.EXPORT)
    sites = sites_with(by, Right.EXPORT)
    return Record.objects.filter(removed=True, participant__site__in=sites).count()


def _table(by: User, shape: str) -> Table:
    check_right(by, Right.EXPORT)
    if shape not in SHAPES:
        raise Refusal("not_found")
    return SHAPES[shape](sites_with(by, Right.EXPORT))


def _session() -> extensions.connection:
    """A connection of the export's own: its snapshot and its COPY outlast the view."""
    session: extensions.connection = psycopg2.connect(**connection.get_connection_params())
    session.set_session(isolation_level="REPEATABLE READ", readonly=True)
    return session


def _file(
    session: extensions.connection, shape: str, table: Table, excel: bool, at: Seal | Position | None
) -> ExportFile:
    position = _enter(session, at)
    (moment,) = _row(session, SQL(MOMENT))
    (rows,) = _row(session, table.count())
    head = (BYTE_ORDER_MARK if excel else b"") + table.head()
    stream = Stream(session, table.copy(rows=rows, excel=excel).as_string(session), head)
    seal = at if isinstance(at, Seal) else None
    of = f"as-of-seal-{seal.number}_{seal.sealed_at:%Y%m%dT%H%MZ}" if seal else moment
    return ExportFile(f"{STUDY.code}_{shape}_{of}_{rows}-rows.csv", rows, position, stream, seal)


def _enter(session: extensions.connection, at: Seal | Position | None) -> Position:
    """The position that the session reads from now on."""
    if at is None:
        return Position(*_row(session, SQL(CURRENT)))
    position = as_of.position_of(at)
    with session.cursor() as cursor:
        cursor.execute(as_of.ENTER, as_of.parameters(position))
        as_of.check(cursor.fetchone())
    return position


def _row(session: extensions.connection, statement: Composable) -> tuple[Any, ...]:
    with session.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    assert row is not None
    return row
