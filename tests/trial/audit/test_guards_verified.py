"""What watches the data is verified like the data: a guard that was taken away is named, and what happened
meanwhile is found in the events, also when it hangs there again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from forms_app.selectors import lock_target
from forms_app.selectors.lock_target import LockTarget
from tests import answers, journey, sealing
from tests.cast import Cast
from tests.locking import put_on, unlock
from tests.sql import actor, rows, run, value
from trial.audit import declared, findings
from trial.audit.context import COMMAND_LINE, attributed
from trial.audit.findings import UNDER_A_LOCK
from trial.audit.verifier import verify
from trial.models import Event, Participant, RecoveryCode, SecondFactor

if TYPE_CHECKING:
    from pytest_django import Settings

OWNER = "owner"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def place(settings: "Settings", tmp_path: Path) -> None:
    sealing.own_place(settings, tmp_path)


@pytest.fixture
def participant(cast: Cast) -> Participant:
    found = journey.eligible(cast)
    journey.attend(cast.investigator, found, "BL")
    journey.save(cast.investigator, found, "BL", "pain", answers.pain(4))
    return found


@pytest.fixture
def owner(participant: Participant) -> Iterator[None]:
    """The owner of the database at work; everything is taken back."""
    with transaction.atomic(using=OWNER):
        yield
        transaction.set_rollback(True, using=OWNER)


def found() -> list[str]:
    return [str(each) for each in verify(using=OWNER).problems]


def test_every_trigger_and_function_that_is_there_is_declared() -> None:
    triggers = rows("select count(*) from pg_trigger where not tgisinternal")[0][0]
    functions = rows("select count(*) from pg_proc where starts_with(proname, 'fascicle_')")[0][0]
    assert triggers == len(declared.triggers()) > 200
    assert functions == len(declared.functions()) > 8


@pytest.mark.requirement("P11.10e", "P11.10a")
@pytest.mark.parametrize("name", ["audit", "reason", "guard_lock", "mark_changed", "guard_identity"])
def test_a_guard_that_was_dropped_is_named(owner: None, name: str) -> None:
    assert found() == []
    run(f"drop trigger {name} on trial_pain", using=OWNER)
    assert found() == [f"trigger trial_pain {name}: removed. It watches no more."]


@pytest.mark.requirement("P11.10e", "P11.10a")
def test_a_function_that_was_emptied_is_named(owner: None) -> None:
    run(
        "create or replace function fascicle_guard_lock() returns trigger language plpgsql "
        "set search_path = pg_catalog, public, pg_temp as $$ begin return new; end $$",
        using=OWNER,
    )
    assert found() == ["function fascicle_guard_lock: changed. It is not what the migrations install."]


@pytest.mark.requirement("P11.10e", "P11.10a")
def test_a_function_of_the_same_name_in_another_schema_is_named(owner: None) -> None:
    hung = value(
        "select pg_get_triggerdef(oid) from pg_trigger where tgname = 'audit' "
        "and tgrelid = 'trial_pain'::regclass"
    )
    run("create schema other", using=OWNER)
    run(
        "create function other.fascicle_record_event() returns trigger language plpgsql "
        "as $$ begin return null; end $$",
        using=OWNER,
    )
    run("drop trigger audit on trial_pain", using=OWNER)
    run(hung.replace("fascicle_record_event", "other.fascicle_record_event"), using=OWNER)
    assert found() == ["trigger trial_pain audit: changed. It is not what the migrations hang there."]


@pytest.mark.requirement("P11.10e", "P11.10a")
def test_a_function_of_another_language_is_named(owner: None) -> None:
    """Nothing reads the body of one in SQL before it is called when the owner says so."""
    installed = value("select pg_get_functiondef('fascicle_add_seal'::regproc)")
    run("set local check_function_bodies = off", using=OWNER)
    run(installed.replace("LANGUAGE plpgsql", "LANGUAGE sql"), using=OWNER)
    assert found() == ["function fascicle_add_seal: changed. It is not what the migrations install."]


HIDDEN = {
    "password": "update trial_user set password = (select password from trial_user order by id desc limit 1) "
    "where id = (select min(id) from trial_user)",
    "secret": "update trial_secondfactor set secret = 'mine' "
    "where id = (select min(id) from trial_secondfactor)",
    "hash": "update trial_recoverycode set hash = 'mine'",
    "beginning": "update trial_recoverycode set beginning = 'mine'",
}


@pytest.mark.requirement("P11.10e", "P11.300")
@pytest.mark.parametrize("column", HIDDEN)
def test_what_no_event_holds_is_verified_by_its_hash(cast: Cast, column: str) -> None:
    with attributed(by=COMMAND_LINE):
        cast.investigator.set_password("another one of 26")
        cast.investigator.save()
        code = RecoveryCode.objects.create(user=cast.investigator, beginning="abcd", hash="argon2")
    event = Event.objects.filter(table_name="trial_recoverycode").get()
    assert not {"hash", "beginning"} & set(event.row)
    assert event.key == str(code.pk)
    assert SecondFactor.objects.exists()
    with transaction.atomic(using=OWNER):
        table = HIDDEN[column].split()[1]
        run(f"alter table {table} disable trigger user", using=OWNER)
        run(HIDDEN[column], using=OWNER)
        run(f"alter table {table} enable trigger user", using=OWNER)
        (problem,) = found()
        assert problem.startswith(f"row {table} ")
        assert problem.endswith("says: hidden columns.")
        transaction.set_rollback(True, using=OWNER)


def test_of_an_event_that_is_older_than_the_hash_nothing_is_expected(owner: None) -> None:
    run(
        "update trial_event set \"row\" = \"row\" - 'hidden columns' where table_name = 'trial_user'",
        using=OWNER,
    )
    assert found() == []


SCOPES = ("form", "visit", "participant", "site", "study")


def targets(participant: Participant) -> dict[str, LockTarget]:
    record = participant.records.get(form="pain")
    assert record.visit is not None
    return {
        "form": lock_target.of_record(participant, record),
        "visit": lock_target.of_visit(participant, record.visit),
        "participant": lock_target.of_participant(participant),
        "site": lock_target.of_site(participant.site),
        "study": lock_target.STUDY_TARGET,
    }


def change_unguarded(cast: Cast, participant: Participant, score: int) -> None:
    run("alter table trial_pain disable trigger guard_lock", using=OWNER)
    record = participant.records.get(form="pain")
    with transaction.atomic():
        actor(cast.investigator.pk, "by hand")
        run("update trial_pain set nrs_worst24 = %s where record_id = %s", [score, record.pk])
    run("alter table trial_pain enable trigger guard_lock", using=OWNER)


@pytest.mark.requirement("P11.10e", "E6.13")
@pytest.mark.parametrize("scope", SCOPES)
def test_a_change_under_a_lock_is_named_though_its_guard_hangs_there_again(
    cast: Cast, participant: Participant, scope: str
) -> None:
    other = journey.added(cast)
    lock = put_on(cast, targets(participant)[scope])
    assert verify().problems == []
    change_unguarded(cast, participant, 9)
    event = Event.objects.filter(table_name="trial_pain").latest("id")
    for of in (None, participant):
        (problem,) = verify(participant=of).problems
        assert (problem.wrong, problem.number, problem.table) == (UNDER_A_LOCK, event.pk, "trial_pain")
        assert problem.sentence == f"Lock {lock.pk} held it then: locked."
    assert verify(participant=other).problems == []


@pytest.mark.requirement("P11.10e", "E6.13")
def test_more_changes_under_a_lock_than_can_be_named_are_counted(
    cast: Cast, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST", 2)
    put_on(cast, lock_target.of_participant(participant))
    for score in (9, 8, 7, 6):
        change_unguarded(cast, participant, score)
    report = verify()
    assert (len(report.problems), report.wrong, report.is_least) == (2, 3, True)
    assert report.notes[-1] == "More than 2 of the kind event are wrong: the first are named."


def test_what_changes_before_a_lock_beside_it_and_after_it_is_nobody_s_concern(
    cast: Cast, participant: Participant
) -> None:
    change_unguarded(cast, participant, 9)
    lock = put_on(cast, lock_target.of_participant(participant))
    journey.added(cast)
    unlock(cast, lock)
    change_unguarded(cast, participant, 8)
    assert verify().problems == []
