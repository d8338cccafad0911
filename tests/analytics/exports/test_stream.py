import psycopg2
import pytest
from django.db import connection
from psycopg2 import extensions

from analytics.exports.stream import CHUNK, CHUNKS_AHEAD, Stream
from config.embedded.program import wait_until
from tests import sql

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 200_000
LINE = 100
COPYING = """
select count(*) from pg_stat_activity
where query like 'copy (select repeat%' and pid <> pg_backend_pid()
"""
WAITING = f"{COPYING} and wait_event = 'ClientWrite'"


def session() -> extensions.connection:
    opened: extensions.connection = psycopg2.connect(**connection.get_connection_params())
    return opened


def lines(column: str = f"repeat('x', {LINE - 1})") -> str:
    return f"copy (select {column} from generate_series(1, {MANY}) as n) to stdout"


def test_all_rows_come_after_the_head_and_the_session_ends() -> None:
    opened = session()
    stream = Stream(opened, lines(), b"head\n")
    whole = b"".join(stream)
    stream.close()
    assert whole.startswith(b"head\nxxx")
    assert len(whole) == len(b"head\n") + MANY * LINE
    assert opened.closed


def test_a_slow_client_holds_the_database_back() -> None:
    stream = Stream(session(), lines(), b"")
    chunks = iter(stream)
    next(chunks)
    assert wait_until(lambda: sql.value(WAITING) == 1, 10)
    rest = sum(len(chunk) for chunk in chunks)
    stream.close()
    assert rest == MANY * LINE > 10 * CHUNK * CHUNKS_AHEAD


def test_a_client_that_goes_away_ends_the_copy() -> None:
    opened = session()
    stream = Stream(opened, lines(), b"")
    chunks = iter(stream)
    next(chunks), next(chunks)
    stream.close()
    assert opened.closed
    assert wait_until(lambda: sql.value(COPYING) == 0, 5)


def test_a_client_that_goes_away_before_the_first_row_leaves_no_session() -> None:
    opened = session()
    Stream(opened, lines(), b"").close()
    assert opened.closed


def test_an_error_of_the_database_in_mid_stream_reaches_the_reader() -> None:
    stream = Stream(session(), lines(f"1 / ({MANY} - n)"), b"")
    with pytest.raises(psycopg2.errors.DivisionByZero):
        b"".join(stream)
    stream.close()
