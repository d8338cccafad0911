"""COPY out of the database in flat memory: a thread reads, a short queue holds it to the client's pace."""

from collections.abc import Iterator
from contextlib import suppress
from queue import Full, Queue
from threading import Event, Thread
from typing import Any

import psycopg2
from psycopg2 import extensions

CHUNK = 65536
CHUNKS_AHEAD = 8
ENOUGH = 1.0


class ClientLeft(Exception):
    """Nobody reads any more; the COPY ends."""


class Stream:
    """The bytes of a COPY, after `head`. It owns the connection and closes it, read to the end or not.

    An error of the database in mid-stream is raised to the reader, so that the response is cut and
    does not look complete. `close` ends a COPY that nobody reads any more.
    """

    def __init__(self, connection: extensions.connection, statement: str, head: bytes) -> None:
        self._connection = connection
        self._statement = statement
        self._head = head
        self._queue: Queue[bytes | Exception | None] = Queue(CHUNKS_AHEAD)
        self._left = Event()
        self._thread = Thread(target=self._copy, daemon=True, name="export")

    def __iter__(self) -> Iterator[bytes]:
        self._thread.start()
        yield self._head
        while (chunk := self._queue.get()) is not None:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def close(self) -> None:
        """Called by the response when it is done, and when the client went away."""
        self._left.set()
        if self._thread.is_alive():
            with suppress(psycopg2.Error):
                self._connection.cancel()
            self._thread.join(10 * ENOUGH)
        self._connection.close()

    def _copy(self) -> None:
        try:
            sink = Sink(self)
            with self._connection.cursor() as cursor:
                cursor.copy_expert(self._statement, sink, CHUNK)
            sink.flush()
            self.put(None)
        except ClientLeft:
            pass
        except Exception as error:
            with suppress(ClientLeft):
                self.put(error)
        finally:
            self._connection.close()

    def put(self, chunk: bytes | Exception | None) -> None:
        """Hand on a chunk; wait while the client is slow. Raises ClientLeft when there is none."""
        while not self._left.is_set():
            with suppress(Full):
                self._queue.put(chunk, timeout=ENOUGH)
                return
        raise ClientLeft


class Sink:
    """What COPY writes to: gathers the rows to chunks."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._rows: list[bytes] = []
        self._size = 0

    def write(self, row: Any) -> int:
        self._rows.append(bytes(row))
        self._size += len(row)
        if self._size >= CHUNK:
            self.flush()
        return len(row)

    def flush(self) -> None:
        if self._rows:
            self._stream.put(b"".join(self._rows))
            self._rows, self._size = [], 0
