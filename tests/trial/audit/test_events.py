"""Each change leaves exactly its event, whatever statement made it."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests import answers, journey
from tests.cast import Cast
from tests.sql import actor, refused, rows, run, value
from trial.audit.context import COMMAND_LINE, ORIGIN, Origin, attributed
from trial.models import Epoch, Event, Pain, Participant, Record, Site, User
from trial.refusals import Refusal

pytestmark = pytest.mark.django_db

COPY = "copy trial_participant (site_id, number, code, state, state_reason) from stdin"
INSERT = "insert into trial_participant (site_id, number, code, state, state_reason) "


def fresh(site: Site, number: int) -> Participant:
    return Participant(site=site, number=number, code=f"01-{number:03}")


def by_save(site: Site) -> None:
    fresh(site, 501).save()
    fresh(site, 502).save()


def by_bulk_create(site: Site) -> None:
    Participant.objects.bulk_create([fresh(site, 501), fresh(site, 502)])


def by_raw_sql(site: Site) -> None:
    run(INSERT + "values (%s, 501, '01-501', 'screening', '')", [site.pk])
    run(INSERT + "select %s, 502, '01-502', 'screening', ''", [site.pk])


def by_common_table_expression(site: Site) -> None:
    one = INSERT + "values (%s, 501, '01-501', 'screening', '') returning site_id"
    run(f"with one as ({one}) {INSERT} select site_id, 502, '01-502', 'screening', '' from one", [site.pk])


def by_copy(site: Site) -> None:
    lines = "".join(f"{site.pk}\t{number}\t01-{number}\tscreening\t\n" for number in (501, 502))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(COPY, io.StringIO(lines))


INSERTS = [by_save, by_bulk_create, by_raw_sql, by_common_table_expression, by_copy]


@pytest.mark.parametrize("insert", INSERTS, ids=lambda way: way.__name__)
def test_each_insert_leaves_exactly_its_event(cast: Cast, insert: Callable[[Site], None]) -> None:
    before, began = newest(), timezone.now()
    token = ORIGIN.set(Origin("api", "request-7"))
    with attributed(by=cast.investigator, reason="a reason"):
        insert(cast.north)
    ORIGIN.reset(token)
    left = list(Event.objects.filter(id__gt=before))
    stored = rows("select to_jsonb(p) from trial_participant p where number > 500 order by number")
    assert [event.row for event in left] == [json.loads(row) for (row,) in stored]
    for event in left:
        assert (event.table_name, event.operation) == ("trial_participant", "insert")
        assert event.key == str(event.row["id"])
        assert (event.actor_id, event.reason) == (cast.investigator.pk, "a reason")
        assert (event.route, event.request_id) == ("api", "request-7")
        assert event.database_user == "fascicle_app"
        assert event.xact == int(value("select pg_current_xact_id()::text"))
        assert event.epoch == newest_epoch()
        assert event.schema_version == value("select max(id) from django_migrations")
        assert began <= event.at <= timezone.now()
        assert event.record_id is None


def change_by_save(participant: Participant) -> None:
    participant.state_reason = "changed"
    participant.save()


def change_by_queryset(participant: Participant) -> None:
    Participant.objects.filter(pk=participant.pk).update(state_reason="changed")


def change_by_bulk_update(participant: Participant) -> None:
    participant.state_reason = "changed"
    Participant.objects.bulk_update([participant], ["state_reason"])


def change_by_upsert(participant: Participant) -> None:
    participant.state_reason = "changed"
    Participant.objects.bulk_create(
        [participant], update_conflicts=True, unique_fields=["code"], update_fields=["state_reason"]
    )


def change_by_raw_sql(participant: Participant) -> None:
    run("update trial_participant set state_reason = 'changed' where id = %s", [participant.pk])


def change_by_merge(participant: Participant) -> None:
    run(
        "merge into trial_participant p using (values (%s)) as s (id) on p.id = s.id "
        "when matched then update set state_reason = 'changed'",
        [participant.pk],
    )


CHANGES = [
    change_by_save,
    change_by_queryset,
    change_by_bulk_update,
    change_by_upsert,
    change_by_raw_sql,
    change_by_merge,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda way: way.__name__)
@pytest.mark.requirement("P11.10e", "EMA.24", "FAS.complete")
def test_each_change_leaves_exactly_its_event(cast: Cast, change: Callable[[Participant], None]) -> None:
    participant = journey.added(cast)
    before = newest()
    with attributed(by=cast.coordinator, reason="corrected"):
        change(participant)
    (event,) = Event.objects.filter(id__gt=before)
    assert (event.operation, event.key) == ("update", str(participant.pk))
    assert event.row["state_reason"] == "changed"
    assert (event.actor_id, event.reason, event.route) == (cast.coordinator.pk, "corrected", "command")


@pytest.mark.parametrize("change", CHANGES, ids=lambda way: way.__name__)
def test_an_update_that_changes_nothing_leaves_none(
    cast: Cast, change: Callable[[Participant], None]
) -> None:
    participant = journey.added(cast)
    change_by_raw_sql(participant)
    before = newest()
    change(participant)
    assert newest() == before


def test_a_change_there_and_back_leaves_both_events(cast: Cast) -> None:
    participant = journey.added(cast)
    before = newest()
    for reason in ("there", "", "there"):
        Participant.objects.filter(pk=participant.pk).update(state_reason=reason)
    left = Event.objects.filter(id__gt=before)
    assert [event.row["state_reason"] for event in left] == ["there", "", "there"]


def test_what_was_rolled_back_left_no_event(cast: Cast) -> None:
    participant = journey.added(cast)
    before = newest()
    with refused("participant_state_code"):
        change_by_raw_sql(participant)
        run("update trial_participant set state = 'lost' where id = %s", [participant.pk])
    assert newest() == before


def test_the_event_of_an_answer_knows_its_record(cast: Cast) -> None:
    participant = journey.injected(cast)
    record = Record.objects.get(participant=participant, form="injection")
    found = Event.objects.filter(record_id=record.pk).values_list("table_name", flat=True).distinct()
    tables = {"trial_injection", "trial_injectionside", "trial_injectiondrug", "trial_injectioncomplication"}
    assert set(found) == {"trial_record", *tables}


@pytest.mark.requirement("FAS.original")
def test_a_saved_form_is_in_the_ledger_as_it_is_in_its_table(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    for (table,) in rows("select distinct table_name from trial_event where record_id is not null"):
        key = "record_id" if table in ONE_TO_ONE else "id"
        missing = rows(
            f"select {key} from {table} t where not exists (select from trial_event e where "
            f"e.table_name = %s and e.key = t.{key}::text and e.row = to_jsonb(t))",
            [table],
        )
        assert missing == [], table
    assert Pain.objects.filter(record__participant=participant).count() == 2


ONE_TO_ONE = {
    "trial_consent",
    "trial_eligibility",
    "trial_pain",
    "trial_motion",
    "trial_disability",
    "trial_injection",
}


# Who


@pytest.mark.requirement("FAS.attributable")
def test_a_change_without_an_actor_is_refused(cast: Cast) -> None:
    participant = journey.added(cast)
    actor(None)
    with refused("A change of trial_participant needs an actor"):
        change_by_raw_sql(participant)
    with refused("needs an actor"):
        by_save(cast.north)
    with refused("needs an actor"):
        by_copy(cast.north)


def test_an_update_that_changes_nothing_needs_no_actor(cast: Cast) -> None:
    participant = journey.added(cast)
    actor(None)
    run("update trial_participant set state = state where id = %s", [participant.pk])


def test_an_actor_that_is_no_number_is_refused(cast: Cast) -> None:
    run("select set_config('fascicle.actor', 'Ines', true)")
    with refused("invalid input syntax"):
        by_save(cast.north)


def test_the_command_line_is_an_actor_of_its_own(cast: Cast) -> None:
    assert Event.objects.filter(table_name="trial_site").values_list("actor_id", flat=True)[0] == 0
    assert COMMAND_LINE.pk == 0


@pytest.mark.django_db(transaction=True)
def test_an_actor_is_forgotten_when_the_transaction_ends(cast: Cast) -> None:
    participant = journey.added(cast)
    with attributed(by=cast.investigator):
        pass
    with refused("needs an actor"):
        change_by_raw_sql(participant)


@pytest.mark.django_db(transaction=True)
def test_what_an_exception_undid_left_no_event(cast: Cast) -> None:
    before = newest()
    with pytest.raises(ZeroDivisionError):
        leave_in_the_middle(cast)
    assert newest() == before
    assert not Participant.objects.exists()


def leave_in_the_middle(cast: Cast) -> None:
    with attributed(by=cast.investigator):
        by_save(cast.north)
        raise ZeroDivisionError


@pytest.mark.parametrize("reason", ["x" * 301, "bell\x07", "nul\x00"])
def test_a_reason_that_cannot_be_stored_is_refused_before_anything(cast: Cast, reason: str) -> None:
    with pytest.raises(Refusal) as refusal, attributed(by=cast.investigator, reason=reason):
        raise AssertionError("nothing is begun")
    assert list(refusal.value.extra["errors"]) == ["reason"]


def test_a_reason_of_300_characters_is_kept_whole(cast: Cast) -> None:
    with attributed(by=cast.investigator, reason="x" * 300):
        by_save(cast.north)
    event = Event.objects.last()
    assert event is not None
    assert event.reason == "x" * 300


# What never enters


def test_passwords_and_sign_ins_never_enter(cast: Cast) -> None:
    assert Event.objects.filter(table_name="trial_user").exists()
    for (keys,) in rows("select array(select jsonb_object_keys(row)) from trial_event"):
        assert not {"password", "last_login"} & set(keys)


def test_a_sign_in_needs_no_actor_and_leaves_no_event(cast: Cast) -> None:
    actor(None)
    before = newest()
    User.objects.filter(pk=cast.monitor.pk).update(last_login=timezone.now())
    assert newest() == before


def test_a_password_changes_by_raw_sql_only_with_an_actor_and_its_event(cast: Cast) -> None:
    change = "update trial_user set password = 'another' where id = %s"
    actor(None)
    with refused("A change of trial_user needs an actor"):
        run(change, [cast.monitor.pk])
    actor(cast.administrator.pk)
    before = newest()
    run(change, [cast.monitor.pk])
    (event,) = Event.objects.filter(id__gt=before)
    assert (event.key, event.actor_id) == (str(cast.monitor.pk), cast.administrator.pk)
    assert not {"password", "last_login"} & set(event.row)


# The owner

OPEN_SITE = (
    "insert into trial_site (code, name, time_zone, activated_on, last_number) "
    "values ('09', 'Ninth', 'UTC', '2026-01-01', 0)"
)
CLOSE_SITE = "delete from trial_site where code = '09'"
AS_MIGRATION = "select set_config('fascicle.route', 'migrate', true), set_config('fascicle.actor', '0', true)"


def newest_of(using: str) -> Event:
    event = Event.objects.using(using).last()
    assert event is not None
    return event


def test_the_owners_writes_are_recorded_with_the_route_sql() -> None:
    run(OPEN_SITE, using="owner")
    event = newest_of("owner")
    assert (event.route, event.actor_id, event.database_user) == ("sql", None, "fascicle_owner")
    assert (event.operation, event.row["name"]) == ("insert", "Ninth")


@pytest.mark.requirement("P11.10c", "FAS.enduring")
def test_what_the_owner_deletes_stays_in_the_ledger() -> None:
    run(OPEN_SITE, using="owner")
    run(CLOSE_SITE, using="owner")
    event = newest_of("owner")
    assert (event.operation, event.row["name"]) == ("delete", "Ninth")


@pytest.mark.parametrize(("using", "operation"), [("default", "insert"), ("owner", "migrate")])
def test_only_the_owner_migrates(using: str, operation: str) -> None:
    run(AS_MIGRATION, using=using)
    run(OPEN_SITE, using=using)
    assert newest_of(using).operation == operation


def newest() -> int:
    event = Event.objects.last()
    return event.pk if event else 0


def newest_epoch() -> int:
    epoch: Any = Epoch.objects.order_by("id").last()
    return int(epoch.pk)


@pytest.mark.requirement("FAS.accurate")
def test_answers_are_kept_exactly(cast: Cast) -> None:
    participant = journey.injected(cast)
    journey.attend(cast.investigator, participant, "BL")
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion("20.5", 21, 22))
    event = Event.objects.filter(table_name="trial_motion").last()
    assert event is not None
    assert (event.row["rom_t1"], event.row["rom_mean"]) == (20.5, 21.2)
