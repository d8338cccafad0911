"""The app role makes no temporary tables. If an administrator let it, none would stand in for a real one."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests import journey
from tests.cast import Cast
from tests.sql import actor, refused, run, value
from trial.models import Event, Record

pytestmark = pytest.mark.django_db(transaction=True)

PRIVILEGE = "{} temporary on database {} {} fascicle_app"


@pytest.fixture(autouse=True)
def let(transactional_db: None) -> Iterator[None]:
    """An administrator has let the app role make temporary tables, which migrations forbid."""
    database = value("select current_database()")
    run(PRIVILEGE.format("grant", database, "to"), using="owner")
    try:
        with transaction.atomic():
            yield
    finally:
        run(PRIVILEGE.format("revoke", database, "from"), using="owner")


def shadow(table: str) -> None:
    """Put an empty temporary table, open to all and without rules, in front of a real one."""
    run(f"create temp table {table} (like public.{table}) on commit drop")
    run(f"grant all on pg_temp.{table} to public")


def test_a_temporary_table_does_not_swallow_events(cast: Cast) -> None:
    participant = journey.added(cast)
    shadow("trial_event")
    run("update trial_participant set state_reason = 'seen' where id = %s", [participant.pk])
    assert value("select count(*) from pg_temp.trial_event") == 0
    run("drop table pg_temp.trial_event")
    newest = Event.objects.order_by("id").last()
    assert newest is not None
    assert newest.row["state_reason"] == "seen"


def test_a_temporary_table_does_not_excuse_from_a_reason(cast: Cast) -> None:
    participant = journey.consented(cast)
    record = Record.objects.get(participant=participant, form="consent")
    shadow("trial_record")
    with refused("needs a reason"):
        run("update trial_consent set icver = '2' where record_id = %s", [record.pk])


def test_a_temporary_table_does_not_forge_a_verdict(cast: Cast) -> None:
    participant = journey.consented(cast)
    record = Record.objects.get(participant=participant, form="consent")
    shadow("trial_eligibility")
    run("insert into pg_temp.trial_eligibility (record_id, elig) values (%s, 'Y')", [record.pk])
    with refused("needs an eligible verdict"):
        run("update trial_participant set state = 'enrolled' where id = %s", [participant.pk])


def test_the_audit_trigger_cannot_be_hung_on_a_temporary_table_to_forge_events(cast: Cast) -> None:
    actor(cast.investigator.pk)
    run("create temp table trial_pain (record_id bigint, nrs_avg24 int) on commit drop")
    with refused("permission denied for function"):
        run(
            "create trigger audit after insert on pg_temp.trial_pain for each row "
            "execute function public.fascicle_record_event('record_id', '')"
        )
