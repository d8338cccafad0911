"""What the app role may do: exactly what `tracking` says, and nothing to the ledger."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Model

from tests.sql import refused, rows, run, value
from trial.audit.tracking import UNTRACKED, all_models, privileges, tracked_models
from trial.crf import registry

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("P11.10e", "E6.17")]

APP = "fascicle_app"
TRACKED_TABLES = [model._meta.db_table for model in tracked_models()]

FORBIDDEN = {
    "write an event": "insert into trial_event (table_name) values ('x')",
    "copy events in": "copy trial_event from '/dev/null'",
    "change an event": "update trial_event set reason = 'better'",
    "delete an event": "delete from trial_event",
    "truncate the events": "truncate trial_event",
    "open an epoch": "insert into trial_epoch values (9, '1', 1, now())",
    "change an epoch": "update trial_epoch set timeline = 9",
    "claim a migration": "insert into django_migrations (app, name, applied) values ('x', 'y', now())",
    "delete a participant": "delete from trial_participant",
    "delete a record": "delete from trial_record",
    "truncate a table of the trial": "truncate trial_participant cascade",
    "disable a trigger": "alter table trial_pain disable trigger audit",
    "disable all triggers": "alter table trial_pain disable trigger all",
    "drop a trigger": "drop trigger audit on trial_pain",
    "replace a trigger": "create or replace trigger audit after insert on trial_pain "
    "for each row execute function fascicle_guard_record()",
    "add a trigger": "create trigger zz before update on trial_pain "
    "for each row execute function fascicle_guard_record()",
    "add a rule": "create rule quiet as on update to trial_pain do instead nothing",
    "switch triggers off for the session": "set session_replication_role = replica",
    "replace the audit function": "create or replace function fascicle_record_event() returns trigger "
    "language plpgsql as 'begin return null; end'",
    "alter the audit function": "alter function fascicle_record_event() security invoker",
    "drop the audit function": "drop function fascicle_record_event() cascade",
    "drop a rule": "alter table trial_pain drop constraint pain_nrs_avg24_range",
    "add a column": "alter table trial_pain add column extra text",
    "drop a table": "drop table trial_pain",
    "rename a table": "alter table trial_event rename to old_event",
    "make a table beside ours": "create table public.trial_note (note text)",
    "become the owner": "set role fascicle_owner",
    "own a table": "alter table trial_pain owner to fascicle_app",
    "move the numbers of events": "select setval('trial_event_id_seq', 1)",
    "use up the numbers of events": "select nextval('trial_event_id_seq')",
    "use up the numbers of participants": "select nextval('trial_participant_id_seq')",
    "make a role": "create role somebody",
    "read a file": "select pg_read_file('/etc/hostname')",
    "run a program": "copy trial_participant to program 'cat'",
    "make a schema": "create schema mine",
    "make a function": "create function public.nothing() returns int language sql as 'select 1'",
    "make a view over ours": "create view public.events as select * from trial_event",
    "make a temporary table": "create temp table trial_event (id bigint)",
    "change a seal": "update trial_seal set root = ''",
    "delete a seal": "delete from trial_seal",
    "write a seal": "insert into trial_seal (number) values (1)",
    "truncate the seals": "truncate trial_seal",
    "write through a view of the past": "insert into as_of.trial_event (table_name) values ('x')",
    "change a view of the past": "create or replace view as_of.trial_pain as select 1 as one",
    "drop a view of the past": "drop view as_of.trial_pain cascade",
    "delete through a view of the past": "delete from as_of.trial_event",
    "update through a view of the past": "update as_of.trial_event set reason = 'better'",
    "make something among the views of the past": "create view as_of.more as select 1 as one",
    "drop the views of the past": "drop schema as_of cascade",
    "delete a sign-in": "delete from axes_accesslog",
    "delete a failed sign-in": "delete from axes_accessfailurelog",
    "change a failed sign-in": "update axes_accessfailurelog set username = 'x'",
    "change what a verification told": "update trial_ledgercheck set problems = 0",
    "delete what a verification told": "delete from trial_ledgercheck",
    "become a superuser": "set session authorization postgres",
    "use another's rights": "grant fascicle_owner to fascicle_app",
    "drop the database": "alter database test_fascicle rename to gone",
    "read passwords": "select rolpassword from pg_authid",
    "stop logging": "set log_statement = 'none'",
    "force row security": "alter table trial_event enable row level security",
}
# What the audit leaves out of a row, and what it does not look at.
KEPT_OUT = {
    "trial_user": ("password", "last_login"),
    "trial_secondfactor": ("secret", "counter,last_used_at"),
    "trial_recoverycode": ("hash,beginning", ""),
    "trial_webhook": ("secret,former_secret", ""),
}
OWNERS = {"pg_class": "relowner", "pg_proc": "proowner", "pg_auth_members": "member"}
REFUSED = "permission denied|must be owner|must be able to SET ROLE|must have admin"


@pytest.mark.parametrize("act", FORBIDDEN)
@pytest.mark.requirement("P11.10c", "E6.17", "FAS.roles")
def test_the_app_role_cannot(act: str) -> None:
    with refused(REFUSED):
        run(FORBIDDEN[act])


def test_the_app_role_reads_the_ledger() -> None:
    assert value("select count(*) from trial_event") == 0


def test_the_tests_work_as_the_app_role() -> None:
    assert value("select session_user::text") == APP
    assert value("select session_user::text", using="owner") == "fascicle_owner"


def test_the_app_role_is_nobody_special_and_owns_nothing() -> None:
    special = "rolsuper or rolcreatedb or rolcreaterole or rolbypassrls or rolreplication"
    assert value(f"select {special} from pg_roles where rolname = %s", [APP]) is False
    assert (
        value("select count(*) from pg_class where relowner = %s::regrole and relpersistence <> 't'", [APP])
        == 0
    )
    assert value("select count(*) from pg_proc where proowner = %s::regrole", [APP]) == 0
    assert value("select count(*) from pg_auth_members where member = %s::regrole", [APP]) == 0


def test_the_owner_is_no_superuser() -> None:
    assert value("select rolsuper from pg_roles where rolname = 'fascicle_owner'") is False


@pytest.mark.requirement("FAS.roles")
def test_the_privileges_are_exactly_what_tracking_says() -> None:
    granted: dict[str, set[str]] = {}
    for table, privilege in rows(
        "select table_name, lower(privilege_type) from information_schema.role_table_grants "
        "where grantee in (%s, 'PUBLIC') and table_schema = 'public'",
        [APP],
    ):
        granted.setdefault(table, set()).add(privilege)
    said = {model._meta.db_table: set(privileges(model).split(", ")) for model in all_models()}
    assert granted == {**said, "django_migrations": {"select"}}


def test_the_app_role_reads_the_views_of_the_past_and_nothing_more() -> None:
    granted = rows(
        "select distinct lower(privilege_type) from information_schema.role_table_grants "
        "where grantee in (%s, 'PUBLIC') and table_schema = 'as_of'",
        [APP],
    )
    assert granted == [("select",)]
    assert value("select has_schema_privilege(%s, 'as_of', 'create')", [APP]) is False


@pytest.mark.parametrize("schema", ["public", "as_of"])
def test_the_app_role_makes_nothing_anywhere(schema: str) -> None:
    assert value("select has_schema_privilege(%s, %s, 'create')", [APP, schema]) is False
    assert value("select has_database_privilege(%s, current_database(), 'create, temporary')", [APP]) is False


def test_a_real_server_gets_the_same_two_roles_as_the_embedded_one() -> None:
    """Both run the one file; what the roles may do follows from migrations, which know no other way."""
    roles = (settings.BASE_DIR / "deploy" / "database" / "roles.sql").read_text()
    assert "deploy/database/roles.sql" in (settings.BASE_DIR / "docker-compose.yml").read_text()
    assert "roles.sql" in (settings.BASE_DIR / "config" / "embedded" / "postgres.py").read_text()
    made = re.findall(r"create role (\w+) ([\w ]+)'", roles)
    assert made == [("fascicle_owner", "login createdb"), ("fascicle_app", "login")]
    assert not re.search(r"^(grant|alter role \w+ (?!set log_))", roles, re.MULTILINE)


def test_the_app_role_cannot_pass_on_what_it_has() -> None:
    grantable = "select count(*) from information_schema.role_table_grants where is_grantable = 'YES'"
    assert value(grantable + " and grantee = %s", [APP]) == 0


def test_no_column_has_privileges_of_its_own() -> None:
    beyond = rows(
        "select attrelid::regclass::text, attname from pg_attribute a join pg_class c on c.oid = attrelid "
        "where attacl is not null and c.relnamespace = 'public'::regnamespace"
    )
    assert beyond == []


@pytest.mark.parametrize("table", TRACKED_TABLES)
@pytest.mark.requirement("P11.10e", "EMA.23")
def test_every_tracked_table_has_its_trigger_switched_on(table: str) -> None:
    (found,) = rows(
        "select pg_get_triggerdef(oid), tgenabled::text from pg_trigger "
        "where tgrelid = %s::regclass and tgname = 'audit'",
        [table],
    )
    definition, enabled = found
    assert enabled == "O"
    assert re.search(r"AFTER INSERT OR DELETE OR UPDATE ON .* FOR EACH ROW EXECUTE FUNCTION", definition)
    assert "fascicle_record_event(" in definition
    assert " WHEN " not in definition


@pytest.mark.parametrize("table", TRACKED_TABLES)
def test_the_trigger_of_a_table_knows_its_key(table: str) -> None:
    arguments = value(
        "select encode(tgargs, 'escape') from pg_trigger where tgrelid = %s::regclass and tgname = 'audit'",
        [table],
    )
    key, hidden, ignored = arguments.split("\\000")[:3]
    model = next(model for model in tracked_models() if model._meta.db_table == table)
    assert model._meta.pk is not None
    assert key == model._meta.pk.column
    assert (hidden, ignored) == KEPT_OUT.get(table, ("", ""))


@pytest.mark.parametrize(
    "table",
    [
        "trial_record",
        *(t._meta.db_table for form in registry.FORMS for t in (form, *form.groups)),
        *(f"forms_app_{belonging}" for belonging in ("query", "comment", "attachment")),
    ],
)
def test_whatever_belongs_to_a_record_asks_for_a_reason_in_the_database(table: str) -> None:
    definition = value(
        "select pg_get_triggerdef(oid) from pg_trigger "
        "where tgrelid = %s::regclass and tgname = 'reason' and tgenabled = 'O'",
        [table],
    )
    assert re.search(r"BEFORE INSERT OR DELETE OR UPDATE .*fascicle_require_reason\(\)", definition)


def test_no_table_that_is_not_tracked_has_the_trigger() -> None:
    present = rows("select tgrelid::regclass::text from pg_trigger where tgname = 'audit'")
    assert {table for (table,) in present} == set(TRACKED_TABLES)


def test_untracked_names_only_models_that_there_are() -> None:
    assert set(UNTRACKED) <= {model._meta.label for model in all_models()}


@pytest.mark.parametrize("label", UNTRACKED)
def test_whatever_is_untracked_says_why(label: str) -> None:
    assert len(UNTRACKED[label].reason) > 20
    assert UNTRACKED[label].reason.endswith(".")


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model._meta.label)
def test_every_table_of_the_trial_is_tracked(model: type[Model]) -> None:
    if model._meta.app_label in ("trial", "forms_app"):
        ledger = ("Event", "Epoch", "Seal", "LedgerCheck")
        passing = ("Session", "ApiToken", "Challenge", "Tally", "IdempotencyKey", "Delivery")
        untracked = {f"trial.{name}" for name in (*ledger, *passing)}
        untracked |= {f"forms_app.{name}" for name in ("Draft", "Import", "ImportUnit")}
        assert model._meta.label in untracked or model in tracked_models()


def test_every_table_of_the_database_is_a_model_that_tracking_knows() -> None:
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    assert present == {model._meta.db_table for model in all_models()} | {"django_migrations"}


def test_functions_of_the_owner_look_for_temporary_tables_last() -> None:
    for name, configured in rows("select proname, proconfig from pg_proc where proname like 'fascicle%'"):
        assert "search_path=pg_catalog, public, pg_temp" in (configured or []), name


def test_nobody_but_the_owner_may_hang_the_audit_on_a_table() -> None:
    assert value("select has_function_privilege(%s, 'fascicle_record_event()', 'execute')", [APP]) is False
