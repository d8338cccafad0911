"""Positions under concurrent writers. Real commits: a wrapping test transaction would prove nothing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction

from tests import journey
from tests.cast import Cast
from tests.sql import rows, run
from trial.audit.positions import Position, current, is_settled, last_moment
from trial.models import Epoch, Event, Participant

pytestmark = pytest.mark.django_db(transaction=True)

SEEN = """
select row ->> 'state_reason' from trial_event
where epoch < %s or (epoch = %s and pg_visible_in_snapshot(xact, %s::pg_snapshot))
order by id
"""


@contextmanager
def another_writer(cast: Cast) -> Iterator[Any]:
    """A second connection of the app role, in a transaction of its own."""
    parameters = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ("dbname", "user", "host", "port")
    }
    with closing(psycopg2.connect(**parameters)) as other:
        cursor = other.cursor()
        cursor.execute("select set_config('fascicle.actor', %s, false)", [str(cast.coordinator.pk)])
        yield cursor


def note(cursor: Any, participant: Participant, text: str) -> None:
    cursor.execute("update trial_participant set state_reason = %s where id = %s", [text, participant.pk])


def seen(position: Position) -> set[str]:
    found = rows(SEEN, [position.epoch, position.epoch, position.snapshot])
    return {text for (text,) in found if text}


@pytest.mark.requirement("FAS.contemporaneous")
def test_an_event_belongs_to_a_position_only_when_its_transaction_was_over(cast: Cast) -> None:
    slow, quick = journey.added(cast), journey.added(cast)
    with another_writer(cast) as first, another_writer(cast) as second:
        note(first, slow, "began first, ended last")
        note(second, quick, "began last, ended first")
        second.connection.commit()
        between = current()
        first.connection.commit()
        after = current()
    assert seen(between) == {"began last, ended first"}
    assert seen(after) == {"began first, ended last", "began last, ended first"}


def test_a_repeatable_read_has_one_position_and_sees_its_data(cast: Cast) -> None:
    participant = journey.added(cast)
    with another_writer(cast) as writer, transaction.atomic():
        run("set transaction isolation level repeatable read")
        first = current()
        note(writer, participant, "meanwhile")
        writer.connection.commit()
        assert current() == first
        assert seen(first) == set()
        assert Participant.objects.get(pk=participant.pk).state_reason == ""
    assert seen(current()) == {"meanwhile"}


def test_what_was_rolled_back_is_in_no_position_and_an_earlier_epoch_in_every_one(cast: Cast) -> None:
    participant = journey.added(cast)
    with another_writer(cast) as writer:
        note(writer, participant, "never")
        writer.connection.rollback()
        writer.execute("select set_config('fascicle.actor', %s, false)", [str(cast.coordinator.pk)])
        note(writer, participant, "before the restore")
        writer.connection.commit()
    here = current()
    assert seen(here) == {"before the restore"}
    assert seen(Position(here.epoch + 1, "1:1:")) == {"before the restore"}
    assert seen(Position(here.epoch, "1:1:")) == set()


def test_a_position_is_settled_once_all_that_it_shows_is_over(cast: Cast) -> None:
    participant = journey.added(cast)
    with another_writer(cast) as writer:
        note(writer, participant, "under way")
        writer.execute("select pg_current_xact_id()::text")
        (number,) = map(int, writer.fetchone())
        here = current()
        assert is_settled(here)
        shows_it = Position(here.epoch, f"{number + 1}:{number + 1}:")
        assert not is_settled(shows_it)
        writer.connection.commit()
        assert is_settled(shows_it)
    assert not is_settled(Position(here.epoch, f"1:{here.end + 1000}:"))
    assert not is_settled(Position(here.epoch + 1, "1:1:"))
    assert is_settled(Position(here.epoch - 1, "1:99999999:"))


def test_the_moment_of_a_position_is_that_of_its_last_event(cast: Cast) -> None:
    journey.added(cast)
    then = current()
    moment = Event.objects.latest("id").at
    assert last_moment(then) == moment
    journey.added(cast)
    assert last_moment(then) == moment
    assert last_moment(current()) == Event.objects.latest("id").at > moment
    assert last_moment(Position(then.epoch - 1, "1:1:")) is None


@pytest.mark.django_db(transaction=False)
def test_a_position_names_its_epoch_and_its_snapshot() -> None:
    position = current()
    epoch = Epoch.objects.get()
    assert position.epoch == epoch.pk
    assert str(position) == f"{epoch.pk}/{position.snapshot}"
