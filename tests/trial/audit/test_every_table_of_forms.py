"""Every table of the trial's data has the triggers that keep it: a new form cannot be forgotten.

Read from the registry and the database itself, not from a migration.
"""

import pytest
from django.apps import apps

from forms_app.models.lock import FROZEN, LOCKED
from forms_app.selectors import lock_target
from tests import journey
from tests.cast import Cast
from tests.locking import put_on, unlock
from tests.sql import actor, refused, rows, run
from trial.crf import registry
from trial.models import Participant, Record, Visit
from trial.protocol import STUDY

pytestmark = pytest.mark.django_db

FORM_OF = {row._meta.db_table: form.code for form in registry.FORMS for row in (form, *form.groups)}
FORMS = set(FORM_OF)
CASEBOOK = {"trial_participant", "trial_visit", "trial_record"}
TALK = {"forms_app_query", "forms_app_verification", "forms_app_signature"}
REMARKS = {"forms_app_comment", "forms_app_attachment"}
# What hangs on a record and is none of its data: an alert goes out of locked data too.
FREE = {"forms_app_safetyalert", "forms_app_lock"}

TRIGGERS = """
select c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid)
from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal
"""
# What a new row of a table needs beside its record, for the lock to know where it stands.
SIGNED = {"forms_app_signature": ", participant_id"}
VALUES = {"forms_app_signature": ", (select participant_id from trial_record limit 1)"}
ANY_CHANGE = ("INSERT", "DELETE", "UPDATE")


def on_every_change(name: str) -> set[str]:
    """The tables whose every change runs the trigger of this name."""
    return {
        table
        for table, trigger, enabled, definition in rows(TRIGGERS)
        if trigger == name
        and enabled in ("O", "A")
        and all(word in definition for word in ANY_CHANGE)
        and "FOR EACH ROW" in definition
        and " WHEN " not in definition
    }


@pytest.mark.requirement("P11.10e")
def test_every_change_of_data_is_written_into_the_audit() -> None:
    assert {*FORMS, *CASEBOOK, *TALK, *REMARKS, *FREE} <= on_every_change("audit")


@pytest.mark.requirement("E6.18")
def test_every_change_of_a_complete_record_asks_for_a_reason() -> None:
    asked = {*FORMS, *REMARKS, "trial_record", "trial_visit", "forms_app_query"}
    assert asked <= on_every_change("reason")


@pytest.mark.requirement("E6.13")
def test_every_change_meets_the_locks() -> None:
    assert {*FORMS, *CASEBOOK, *TALK, *REMARKS} == on_every_change("guard_lock")


def test_every_change_of_data_ends_what_was_vouched_for() -> None:
    assert {*FORMS, "trial_record", "trial_visit"} <= on_every_change("mark_changed")


def test_no_table_that_hangs_on_a_record_is_forgotten() -> None:
    hanging = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if any(
            getattr(field, "remote_field", None) and field.related_model is Record
            for field in model._meta.concrete_fields
        )
    }
    assert hanging <= {*FORMS, *TALK, *REMARKS, *FREE}


def attended(participant: Participant, code: str) -> Visit:
    held = {"occurred": "Y", "visit_date": participant.site.today(), "contact_mode": "IN PERSON"}
    return Visit.objects.get_or_create(participant=participant, code=code, defaults=held)[0]


def begin(participant: Participant, form: str) -> int:
    """The key of a record of this form; a new one has no answers."""
    log = STUDY.schedule.log(form)
    of_visit = (visit.code for visit in STUDY.schedule.planned if form in visit.forms)
    visit = None if log else attended(participant, next(of_visit))
    made, _created = Record.objects.get_or_create(
        participant=participant, visit=visit, form=form, repeat=1, defaults={"protocol_version": "2.0"}
    )
    return made.pk


@pytest.mark.requirement("E6.13")
@pytest.mark.parametrize("kind", [FROZEN, LOCKED])
def test_under_a_lock_no_table_changes_by_sql(cast: Cast, kind: str) -> None:
    """Each table is tried with a new row, with actor and reason given."""
    participant = journey.injected(cast)
    injection = Record.objects.get(participant=participant, form="injection")
    begun = {form.code: begin(participant, form.code) for form in registry.FORMS}
    put_on(cast, lock_target.of_site(participant.site), kind)
    actor(cast.investigator.pk, "a reason")
    for table in sorted(FORMS | REMARKS | (TALK if kind == LOCKED else set())):
        columns = f"record_id{SIGNED.get(table, '')}"
        values = f"%s{VALUES.get(table, '')}"
        with refused(f"The data are {kind}"):
            run(f'insert into "{table}" ({columns}) values ({values})', [begun[FORM_OF.get(table, "pain")]])
    for statement, key in (
        ("update trial_participant set state_reason = 'x' where id = %s", participant.pk),
        ("update trial_visit set visit_date = visit_date + 1 where participant_id = %s", participant.pk),
        ("update trial_record set removed = true where participant_id = %s", participant.pk),
        ("update trial_injection set operator = 'X' where record_id = %s", injection.pk),
        (
            "insert into trial_participant (site_id, number, code, state, state_reason, withdrawn_from) "
            "values (%s, 77, '01-077', 'screening', '', '')",
            participant.site_id,
        ),
    ):
        with refused(f"The data are {kind}"):
            run(statement, [key])


@pytest.mark.requirement("P11.10e")
@pytest.mark.django_db(transaction=True)
def test_the_owner_of_the_database_meets_locks_and_reasons_too(cast: Cast) -> None:
    participant = journey.injected(cast)
    injection = Record.objects.get(participant=participant, form="injection")
    with refused("needs a reason", using="owner"):
        run("update trial_injection set operator = 'X' where record_id = %s", [injection.pk], using="owner")
    with refused("needs a reason", using="owner"):
        run("update trial_visit set visit_date = visit_date - 1 where code = 'INJ'", using="owner")
    put = put_on(cast, lock_target.of_participant(participant))
    for statement in (
        "update trial_injection set operator = 'X'",
        "delete from trial_injectiondrug",
        "update trial_visit set visit_date = visit_date - 1",
    ):
        with refused("The data are locked", using="owner"):
            run(f"select set_config('fascicle.reason', 'x', true); {statement}", using="owner")
    for statement, words in (
        ("delete from forms_app_lock", "stays as a row"),
        ("update forms_app_lock set report = '{}'", "report of a lock never changes"),
        ("update forms_app_lock set reason = 'none'", "never changes"),
        (f"update forms_app_lock set unlock_requested_by_id = {cast.monitor.pk}", "two people"),
    ):
        with refused(words, using="owner"):
            run(statement, using="owner")
    unlock(cast, put)
    with refused("A released lock never changes", using="owner"):
        run("update forms_app_lock set released_at = null, released_by_id = null", using="owner")


@pytest.mark.requirement("E6.13")
def test_one_person_takes_no_lock_off_by_sql(cast: Cast) -> None:
    put = put_on(cast, lock_target.of_participant(journey.added(cast)))
    by, other = cast.data_manager.pk, cast.monitor.pk
    release = "update forms_app_lock set released_at = now(), released_by_id = %s where id = %s"
    ask = "update forms_app_lock set unlock_requested_by_id = %s where id = %s"
    actor(by, "no need")
    with refused("lock_second_person"):
        run(release, [by, put.pk])
    with refused("two people"):
        run(release, [other, put.pk])
    with refused("two people"):
        run(ask, [other, put.pk])
    with refused("two people"):
        run(release.replace("set", f"set unlock_requested_by_id = {other},"), [by, put.pk])
    run(ask, [by, put.pk])
    with refused("lock_second_person"):
        run(release, [by, put.pk])
    actor(other, "seen")
    run(release, [other, put.pk])
