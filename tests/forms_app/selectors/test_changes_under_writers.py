"""A client that is killed at any point, and goes on, sees every committed change: once, or once more.

Real connections with transactions that stay open, commit out of turn or roll back. Hypothesis chooses what
happens when; in the second test real threads do.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg2
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms_app.selectors import changes
from forms_app.selectors.changes import Change
from tests import journey
from tests.cast import Cast
from tests.sql import rows
from trial.models import Participant, User
from trial.selectors import changes as cursors

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4
# What identifies a change of the test: whose it is, and the microsecond.
Sign = tuple[str, Any]
COMMITTED = """
select p.code, e.at from trial_event e join trial_participant p on p.id = e.key::bigint
where e.table_name = 'trial_participant' and e.operation = 'update' and e.reason = %s
"""


@contextmanager
def writers(cast: Cast, reason: str, number: int = WRITERS) -> Iterator[list[Any]]:
    """Connections of the app role of their own, each in the transaction that its next statement begins."""
    parameters = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ("dbname", "user", "host", "port")
    }
    opened = [psycopg2.connect(**parameters) for _ in range(number)]
    try:
        for each in opened:
            with each.cursor() as cursor:
                cursor.execute(
                    "select set_config('fascicle.actor', %s, false), "
                    "set_config('fascicle.reason', %s, false)",
                    [str(cast.coordinator.pk), reason],
                )
            each.commit()
        yield opened
    finally:
        for each in opened:
            each.close()


def write(writer: Any, participant: Participant, text: str) -> None:
    with writer.cursor() as cursor:
        cursor.execute("update trial_participant set state_reason = %s where id = %s", [text, participant.pk])


@dataclass
class Keeper:
    """A client: what it has dealt with, and the cursor that it keeps, both for good."""

    person: User
    cursor: str
    dealt: Counter[Sign] = field(default_factory=Counter)

    def ask(self, most: int) -> changes.Page:
        return changes.read(self.person, cursors.read(self.cursor, "since"), most)

    def deal(self, found: list[Change]) -> None:
        self.dealt.update((change.participant, change.at) for change in found)

    def step(self, most: int, dies: str) -> bool:
        """Take one page, unless it dies on the way; whether there is more."""
        page = self.ask(most)
        if dies == "page received":
            return True
        self.deal(page.changes)
        if dies == "cursor not kept":
            return True
        self.cursor = cursors.write(page.next)
        return page.more

    def drain(self, most: int = 3) -> None:
        while self.step(most, ""):
            pass


DEATHS = ("", "", "page received", "cursor not kept")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, WRITERS - 1)),
        st.tuples(st.just("commit"), st.integers(0, WRITERS - 1)),
        st.tuples(st.just("roll back"), st.integers(0, WRITERS - 1)),
        st.tuples(st.just("ask"), st.integers(1, 4), st.sampled_from(DEATHS)),
    ),
    min_size=5,
    max_size=40,
)


@pytest.mark.requirement("FAS.contemporaneous")
@pytest.mark.requirement("FAS.follows")
def test_no_change_is_missed_whoever_commits_when_and_wherever_the_client_dies(cast: Cast) -> None:
    people = [journey.added(cast) for _ in range(WRITERS)]
    example = iter(range(10**6))

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(steps=STEPS)
    def life(steps: list[tuple[Any, ...]]) -> None:
        reason = f"example {next(example)}"
        start = cursors.write(cursors.now())
        mortal, steady = Keeper(cast.monitor, start), Keeper(cast.monitor, start)
        with writers(cast, reason) as opened:
            for number, step in enumerate(steps):
                match step:
                    case ("write", writer):
                        write(opened[writer], people[writer], f"{reason}, step {number}")
                    case ("commit", writer):
                        opened[writer].commit()
                    case ("roll back", writer):
                        opened[writer].rollback()
                    case ("ask", most, dies):
                        mortal.step(most, dies)
                        steady.step(most, "")
            for each in opened:
                each.commit()
        committed = {tuple(row) for row in rows(COMMITTED, [reason])}
        mortal.drain()
        steady.drain()
        assert set(mortal.dealt) == committed
        assert steady.dealt == Counter(committed)

    life()


SECONDS = 4


@pytest.mark.requirement("FAS.follows")
def test_no_change_is_missed_under_real_threads_with_long_transactions(cast: Cast) -> None:
    people = [journey.added(cast) for _ in range(6)]
    reason, end = "threads", time.monotonic() + SECONDS
    start = cursors.write(cursors.now())
    clients = [Keeper(cast.monitor, start) for _ in range(2)]

    def keep_writing(writer: Any, participant: Participant, chance: Random, longest: float) -> None:
        number = 0
        while time.monotonic() < end:
            for _ in range(chance.randint(1, 4)):
                number += 1
                write(writer, participant, f"{number}")
                time.sleep(chance.random() * longest)
            writer.rollback() if chance.random() < 0.3 else writer.commit()

    def keep_asking(client: Keeper, chance: Random, deaths: tuple[str, ...]) -> None:
        with closing(connection):
            while time.monotonic() < end:
                client.step(chance.randint(1, 20), chance.choice(deaths))

    with writers(cast, reason, len(people)) as opened:
        # The last holds its transactions open for up to two seconds.
        lengths = [0.002] * (len(people) - 1) + [0.5]
        threads = [
            threading.Thread(target=keep_writing, args=(writer, participant, Random(place), longest))
            for place, (writer, participant, longest) in enumerate(zip(opened, people, lengths, strict=True))
        ]
        threads += [
            threading.Thread(target=keep_asking, args=(client, Random(place), deaths))
            for place, (client, deaths) in enumerate(zip(clients, (DEATHS, ("",)), strict=True))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for each in opened:
            each.commit()
    committed = {tuple(row) for row in rows(COMMITTED, [reason])}
    mortal, steady = clients
    mortal.drain(500)
    steady.drain(500)
    assert len(committed) > 100
    assert set(mortal.dealt) == committed
    assert steady.dealt == Counter(committed)
