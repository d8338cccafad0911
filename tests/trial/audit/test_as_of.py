"""Reading as of a position equals what was read there then. Real commits: positions tell them apart."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import pytest
from django.db import DatabaseError, connections, transaction

from analytics.datasets import vectors
from analytics.datasets.vectors import Dataset
from forms_app.paper.book import Book
from forms_app.screens.presenters import book as presenter
from forms_app.selectors import casebook, contents
from tests import journey
from tests.analytics.exports.files_read import text_of
from tests.cast import Cast
from tests.sql import refused, rows, run, value
from tests.trial.audit import life
from trial.access import Right, can
from trial.audit import install, past_views, positions
from trial.audit.as_of import PastNotReadable, as_of
from trial.audit.positions import Position
from trial.models import Event, Membership, Participant, Site, User
from trial.protocol import STUDY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P11.10e")]

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = [model._meta.db_table for model in past_views.models()]


@dataclass(frozen=True)
class Copy:
    """Everything that readers see of the trial, as plain values."""

    position: Position
    tables: dict[str, list[str]]
    books: list[Book]
    data: list[Dataset]


def seen(cast: Cast) -> Copy:
    return Copy(
        positions.current(),
        {table: content(table) for table in TABLES},
        [book(cast, participant) for participant in participants()],
        [vectors.read(analysis) for analysis in STUDY.analyses],
    )


def content(table: str) -> list[str]:
    """Every row of a table, or of what stands in its place, as text."""
    return [row for (row,) in rows(f"select t::text from {table} t order by 1")]


def participants() -> list[Participant]:
    return list(Participant.objects.select_related("site").order_by("code"))


def book(cast: Cast, participant: Participant) -> Book:
    return presenter.book(
        casebook.read(participant), contents.read(participant), by=cast.monitor, at=LONG_AGO, signed=()
    )


def file(cast: Cast, shape: str, at: Position | None = None) -> str:
    return text_of(cast.data_manager, shape, position=str(at or ""))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.requirement("FAS.past")
def test_what_is_read_as_of_a_position_is_what_was_seen_there(cast: Cast, seed: int) -> None:
    chance, kept = Random(seed), []
    for _ in range(2):
        journey.with_outcomes(cast)
    for _ in range(5):
        life.live(chance, cast, 8)
        kept.append((seen(cast), file(cast, "long"), file(cast, "wide")))
    life.live(chance, cast, 8)
    assert len({copy.position for copy, *_ in kept}) == len(kept)
    assert kept[0][0].tables != kept[-1][0].tables
    for copy, long, wide in kept:
        with as_of(copy.position):
            past = seen(cast)
        assert past.tables == copy.tables
        assert (past.books, past.data) == (copy.books, copy.data)
        assert file(cast, "long", copy.position) == long
        assert file(cast, "wide", copy.position) == wide


def test_before_anybody_came_there_is_nobody(cast: Cast) -> None:
    before = positions.current()
    journey.consented(cast)
    with as_of(before):
        assert participants() == []
        assert not Event.objects.filter(table_name="trial_participant").exists()
    assert len(participants()) == 1


def test_a_column_that_is_younger_than_an_event_has_its_default(cast: Cast) -> None:
    participant = journey.consented(cast)
    run(
        "update trial_event set row = row - 'withdrawn_from' - 'removed' where table_name in "
        "('trial_participant', 'trial_record')",
        using="owner",
    )
    with as_of(positions.current()):
        past = Participant.objects.get(pk=participant.pk)
        assert past.withdrawn_from == ""
        assert [record.removed for record in past.records.all()] == [False]


def test_a_column_that_a_migration_adds_is_read_of_old_events_as_of_the_table(cast: Cast) -> None:
    participant = journey.consented(cast)
    before = positions.current()
    widen = "alter table trial_participant add column nickname text not null default 'none'"
    run(past_views.DROP, using="owner")
    run(widen, using="owner")
    try:
        install.after_migrate("owner")
        with as_of(before):
            assert value("select code from trial_participant") == participant.code
            assert value("select count(*) from trial_participant where nickname is null") == 1
    finally:
        run(past_views.DROP, using="owner")
        run("alter table trial_participant drop column nickname", using="owner")
        install.after_migrate("owner")


def test_a_row_that_was_deleted_since_is_still_there(cast: Cast) -> None:
    participant = journey.added(cast)
    before = positions.current()
    run("delete from trial_participant where id = %s", [participant.pk], using="owner")
    with as_of(before):
        assert participants() == [participant]
    with as_of(positions.current()):
        assert participants() == []


def test_an_event_of_an_earlier_epoch_is_in_every_later_one(cast: Cast) -> None:
    participant = journey.added(cast)
    epoch = positions.current().epoch
    with as_of(Position(epoch + 1, "3:3:")):
        assert participants() == [participant]
    with as_of(Position(epoch, "3:3:")):
        assert participants() == []


def test_nothing_can_be_written_and_nothing_lingers(cast: Cast) -> None:
    participant = journey.added(cast)
    with as_of(positions.current()), refused("read-only transaction"):
        run("update public.trial_participant set state_reason = 'x' where id = %s", [participant.pk])
    with transaction.atomic(), as_of(positions.current()):
        pass
    assert value("show search_path") == '"$user", public'
    assert value("show transaction_read_only") == "off"
    journey.added(cast)


def test_an_error_inside_leaves_nothing_behind(cast: Cast) -> None:
    with transaction.atomic():
        with pytest.raises(DatabaseError), as_of(positions.current()):
            run("select 1 / 0")
        assert value("show search_path") == '"$user", public'


def test_rights_and_names_are_those_of_today(cast: Cast) -> None:
    before = positions.current()
    run(
        "update trial_user set full_name = 'Ines Married' where id = %s",
        [cast.investigator.pk],
        using="owner",
    )
    run("delete from trial_membership where user_id = %s", [cast.investigator.pk], using="owner")
    with as_of(before):
        person = User.objects.get(pk=cast.investigator.pk)
        assert person.full_name == "Ines Married"
        assert not can(person, Right.VIEW_DATA)
        assert not Membership.objects.filter(user=person).exists()


def test_the_past_is_not_read_without_its_views(cast: Cast) -> None:
    run(past_views.DROP, using="owner")
    try:
        with pytest.raises(PastNotReadable), as_of(positions.current()):
            pass
    finally:
        install.after_migrate("owner")
    with as_of(positions.current()):
        assert Site.objects.count() == 2


def test_a_view_cannot_be_read_without_saying_as_of_when() -> None:
    for table in (*TABLES, "trial_event"):
        with refused("fascicle.as_of|invalid input syntax"):
            run(f"select * from as_of.{table}")


def test_every_tracked_table_but_those_of_accounts_has_its_view() -> None:
    views = {name for (name,) in rows("select viewname from pg_views where schemaname = 'as_of'")}
    assert views == {*TABLES, "trial_event"}


def test_migrations_take_the_views_away_and_bring_them_back() -> None:
    install.before_migrate("owner", plan=[])
    assert value("select to_regclass('as_of.trial_pain') is not null")
    install.before_migrate("owner", plan=[object()])
    assert value("select to_regclass('as_of.trial_pain') is null")
    install.after_migrate("owner")
    assert value("select to_regclass('as_of.trial_pain') is not null")
    connections["owner"].close()
