"""Whoever owns the database can change everything in it, and nothing of what is sealed unnoticed.

A thousand times, by seed: the owner tampers with sealed history, with seals, or with live rows while the
triggers are off; each time the verifier names what was changed, and how. A thousand honest histories raise
nothing.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg2.extensions
import pytest
from django.core.management import call_command
from django.db import transaction

from tests import journey, sealing
from tests.cast import Cast, gather
from tests.sealing import another_writer, write
from tests.trial.audit.tampering import OWNER, Tamperer, Untouched
from trial.audit import declared, leaves, seals
from trial.audit.context import COMMAND_LINE, attributed
from trial.audit.declared import Tracked
from trial.audit.findings import EVENT, ROW, Problem
from trial.audit.verifier import verify
from trial.models import Event, Participant, RecoveryCode, Seal

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)

TAMPERINGS = HISTORIES = 1_000
# All tables are looked at each so many times; otherwise some, and the one that was tampered with.
SOMETIMES, SOME = 50, 2
TABLES = {table.table: table for table in declared.tables()}


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> None:
    sealing.own_place(settings, tmp_path)


def history(cast: Cast) -> list[int]:
    """A participant's first weeks in a dozen seals, and a tail that none covers; the sealed events."""
    participant = journey.consented(cast)
    seals.seal()
    journey.judge(cast, participant)
    seals.seal()
    for name in ("first", "second", "third", "fourth"):
        write(cast, name, f"{name} again")
        seals.seal()
    journey.with_outcomes(cast)
    seals.seal()
    for name in ("fifth", "sixth", "seventh", "eighth", "ninth"):
        write(cast, name)
        seals.seal()
    with attributed(by=COMMAND_LINE):
        RecoveryCode.objects.create(user=cast.investigator, beginning="abcd", hash="argon2")
    seals.seal()
    write(cast, "not sealed")
    contents = Seal.objects.order_by("number").values_list("leaves", flat=True)
    return [number for content in contents for number in leaves.entries(bytes(content))]


@pytest.mark.requirement("P11.10e", "E6.17")
@pytest.mark.requirement("FAS.tamper")
def test_a_thousand_tamperings_are_named(cast: Cast) -> None:
    sealed, participants = history(cast), list(Participant.objects.all())
    assert Event.objects.count() == len(sealed) + 1
    with transaction.atomic(using=OWNER):
        assert verify(using=OWNER).problems == []
        kinds = Counter(tamper(sealed, seed, participants) for seed in range(TAMPERINGS))
        assert verify(using=OWNER).problems == []
    assert len(kinds) == 14
    assert min(kinds.values()) > 8


def tamper(sealed: list[int], seed: int, participants: list[Participant]) -> tuple[str, str]:
    """Tamper once, verify, and take it back; the kind of what was done."""
    tamperer = Tamperer(sealed, seed)
    tables = [*TABLES.values()] if seed % SOMETIMES == 0 else Random(seed).sample([*TABLES.values()], SOME)
    # Whoever is asked about: history and triggers are everybody's.
    of = Random(seed).choice([None, *participants])
    while True:
        point = transaction.savepoint(using=OWNER)
        try:
            expected = tamperer.act()
            check(expected, tables, of)
            return expected[0].kind, expected[0].wrong
        except Untouched:
            pass
        finally:
            transaction.savepoint_rollback(point, using=OWNER)


def check(expected: list[Problem], tables: list[Tracked], of: Participant | None) -> None:
    """The first thing named is the first that is wrong, and all that is wrong is named."""
    if expected[0].kind == ROW:
        tables, of = [*tables, TABLES[expected[0].table]], None
    problems = [
        replace(each, sentence="") for each in verify(using=OWNER, tables=tables, participant=of).problems
    ]
    assert problems[0] == min(expected, key=lambda each: each.number), problems[:5]
    assert set(expected) <= set(problems)
    if expected[0].kind == EVENT:
        assert set(expected) == {each for each in problems if each.kind != ROW}


@pytest.mark.requirement("P11.10e")
@pytest.mark.requirement("FAS.tamper")
def test_a_thousand_honest_histories_raise_nothing(settings: "Settings", tmp_path: Path) -> None:
    random, each = Random(17), 40
    for batch in range(HISTORIES // each):
        call_command("flush", interactive=False, verbosity=0, database=OWNER)
        sealing.own_place(settings, tmp_path / str(batch))
        cast = gather()
        touched = [TABLES[name] for name in ("trial_site", "trial_participant", "trial_record", "trial_pain")]
        with another_writer(cast.coordinator.pk) as other:
            for step in range(each):
                live_on(cast, other, random)
                tables = None if step == each - 1 else touched
                assert verify(tables=tables).problems == [], (batch, step)


def live_on(cast: Cast, other: psycopg2.extensions.cursor, random: Random) -> None:
    """One honest act: somebody writes, a second writer goes on, ends or gives up, or it is sealed."""
    what, name = random.randrange(7), f"{random.random()}"
    if what == 0:
        journey.added(cast)
    elif what == 1:
        write(cast, *(f"{name} {turn}" for turn in range(random.randint(1, 4))), reason=name)
    elif what == 2:
        other.execute("select set_config('fascicle.actor', %s, true)", [str(cast.coordinator.pk)])
        other.execute("update trial_site set name = %s where id = %s", [name, cast.south.pk])
    elif what == 3:
        other.connection.commit()
    elif what == 4:
        other.connection.rollback()
    else:
        seals.seal()
