from collections.abc import Iterator

import psycopg2
import pytest
from django.db import connection, transaction
from psycopg2 import extensions

from analytics.exports import copying
from analytics.exports.copying import CHUNK, CHUNKS_AHEAD, Stream
from config.embedded.program import wait_until
from tests import journey, sql
from tests.cast import Cast
from tests.sealing import another_writer

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 200_000
LINE = 100
COPYING = """
select count(*) from pg_stat_activity
where query like 'copy (select repeat%' and pid <> pg_backend_pid()
"""
WAITING = f"{COPYING} and wait_event = 'ClientWrite'"


@pytest.fixture
def session() -> Iterator[extensions.connection]:
    opened: extensions.connection = psycopg2.connect(**connection.get_connection_params())
    yield opened
    opened.close()


def lines(column: str = f"repeat('x', {LINE - 2})") -> str:
    return f"copy (select {column} from generate_series(1, {MANY}) as n) to stdout"


def test_all_rows_come(session: extensions.connection) -> None:
    assert sum(len(chunk) for chunk in Stream(session, lines())) == MANY * LINE


def test_a_row_ends_as_in_rfc_4180_and_a_text_keeps_its_own_ends(
    session: extensions.connection,
) -> None:
    statement = (
        "copy (select e'a\nb' union all select e'c\r\n' union all select '') to stdout with (format csv)"
    )
    assert b"".join(Stream(session, statement)) == b'"a\nb"\r\n"c\r\n"\r\n""\r\n'


def test_a_slow_reader_holds_the_database_back(session: extensions.connection) -> None:
    chunks = iter(Stream(session, lines()))
    first = len(next(chunks))
    assert wait_until(lambda: sql.value(WAITING) == 1, 10)
    assert first + sum(len(chunk) for chunk in chunks) == MANY * LINE > 10 * CHUNK * CHUNKS_AHEAD


def test_a_reader_that_goes_away_ends_the_copy(session: extensions.connection) -> None:
    chunks = Stream(session, lines()).__iter__()
    next(chunks), next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    session.close()
    assert wait_until(lambda: sql.value(COPYING) == 0, 5)


def test_an_error_of_the_database_in_mid_stream_reaches_the_reader(session: extensions.connection) -> None:
    with pytest.raises(psycopg2.errors.DivisionByZero):
        b"".join(Stream(session, lines(f"1 / ({MANY} - n)")))


def test_the_copy_sees_what_the_transaction_sees_and_leaves_its_connection_free(cast: Cast) -> None:
    journey.added(cast)
    with transaction.atomic():
        sql.run("set transaction isolation level repeatable read")
        seen = copying.snapshot()
        with another_writer(cast.data_manager.pk) as cursor:
            cursor.execute("update trial_site set name = 'Elsewhere'")
            cursor.connection.commit()
        chunks = copying.copied("copy (select name from trial_site order by 1) to stdout", seen=seen, at=None)
        assert next(iter(chunks)) == b"North\r\nSouth\r\n"
        assert sql.value("select count(*) from trial_site where name = 'Elsewhere'") == 0
