"""COPY out of the database in flat memory: a thread reads, a short queue holds it to the reader's pace."""

from collections.abc import Iterator
from contextlib import closing, suppress
from queue import Full, Queue
from threading import Event, Thread

import psycopg2
from django.db import connection
from psycopg2 import extensions

from trial.audit import as_of
from trial.audit.positions import Position

CHUNK = 65536
CHUNKS_AHEAD = 8
ENOUGH = 1.0
LINE_END = b"\r\n"


class ReaderLeft(Exception):
    """Nobody reads any more; the COPY ends."""


def snapshot() -> str:
    """The name by which another connection can see just what this transaction sees, as long as it is open."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_export_snapshot()")
        name: str = cursor.fetchone()[0]
    return name


def copied(statement: str, *, seen: str, at: Position | None) -> Iterator[bytes]:
    """The bytes of a COPY that sees the snapshot of this name, or the trial as of a position. Each row ends
    with CRLF, as RFC 4180 has it.

    It has a connection of its own, so that the one of the export stays free while it goes on.
    """
    with closing(_session()) as session:
        _enter(session, seen, at)
        yield from Stream(session, statement)


def _session() -> extensions.connection:
    session: extensions.connection = psycopg2.connect(**connection.get_connection_params())
    session.set_session(isolation_level="REPEATABLE READ", readonly=True)
    return session


def _enter(session: extensions.connection, seen: str, at: Position | None) -> None:
    with session.cursor() as cursor:
        cursor.execute("set transaction snapshot %s", [seen])
        if at is not None:
            cursor.execute(as_of.ENTER, as_of.parameters(at))
            as_of.check(cursor.fetchone())


class Stream:
    """The bytes of a COPY over a connection. An error of the database in mid-stream is raised to the reader;
    a reader that leaves ends the COPY."""

    def __init__(self, session: extensions.connection, statement: str) -> None:
        self._session = session
        self._statement = statement
        self._queue: Queue[bytes | Exception | None] = Queue(CHUNKS_AHEAD)
        self._left = Event()
        self._thread = Thread(target=self._copy, daemon=True, name="export")

    def __iter__(self) -> Iterator[bytes]:
        self._thread.start()
        try:
            while (chunk := self._queue.get()) is not None:
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk
        finally:
            self._end()

    def _end(self) -> None:
        self._left.set()
        if self._thread.is_alive():
            with suppress(psycopg2.Error):
                self._session.cancel()
        self._thread.join()

    def _copy(self) -> None:
        try:
            sink = Sink(self)
            with self._session.cursor() as cursor:
                cursor.copy_expert(self._statement, sink, CHUNK)
            sink.flush()
            self.put(None)
        except ReaderLeft:
            pass
        except Exception as error:
            with suppress(ReaderLeft):
                self.put(error)

    def put(self, chunk: bytes | Exception | None) -> None:
        """Hand on a chunk; wait while the reader is slow. Raises ReaderLeft when there is none."""
        while not self._left.is_set():
            with suppress(Full):
                self._queue.put(chunk, timeout=ENOUGH)
                return
        raise ReaderLeft


class Sink:
    """What COPY writes to: gathers the rows to chunks.

    Each message of the protocol is one row, so the line feed at its end is that of the row, never of a text.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._rows: list[bytes] = []
        self._size = 0

    def write(self, row: bytes) -> int:
        self._rows.append(row[:-1])
        self._size += len(row)
        if self._size >= CHUNK:
            self.flush()
        return len(row)

    def flush(self) -> None:
        if self._rows:
            self._stream.put(LINE_END.join([*self._rows, b""]))
            self._rows, self._size = [], 0
