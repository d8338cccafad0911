"""What every migrate leaves behind: the app role's privileges, the views of the past, and an epoch."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from trial.audit import epochs, past_views
from trial.audit.tracking import all_models, privileges

# What the views of the past were made for stands in the comment of their schema.
MADE_FOR = f"select obj_description(to_regnamespace('{past_views.SCHEMA}'), 'pg_namespace')"


def before_migrate(using: str, plan: Sequence[object], **_: Any) -> None:
    """Take the views of the past away: a column that one of them shows could not be widened."""
    if plan:
        with connections[using].cursor() as cursor:
            cursor.execute(past_views.DROP)


def after_migrate(using: str, **_: Any) -> None:
    """Grant the app role what `tracking` says, and nothing else; make the views of the past; open the first
    epoch."""
    epochs.open_first(using)
    quoted = connections[using].ops.quote_name
    role, database = quoted(_app_role()), quoted(str(connections[using].settings_dict["NAME"]))
    with connections[using].cursor() as cursor:
        present = set(connections[using].introspection.table_names(cursor))
        cursor.execute("; ".join(_grants(role, database, present)))
        cursor.execute(MADE_FOR)
        if cursor.fetchone() != (past_views.digest(),):
            cursor.execute("; ".join(past_views.statements(role, present)))


def _app_role() -> str:
    role: str = settings.DATABASES["default"]["USER"]
    if role == settings.DATABASES["owner"]["USER"]:
        raise ImproperlyConfigured(
            "DATABASE_URL and DATABASE_OWNER_URL name the same role. The app role must own nothing, "
            "or the audit could be switched off: give each its own role."
        )
    return role


def _grants(role: str, database: str, present: set[str]) -> list[str]:
    statements = [
        # A temporary table could stand in front of a real one for the rest of a session.
        f"revoke temporary on database {database} from public, {role}",
        f"revoke all on all tables in schema public from {role}",
        # Identity columns need none, and who has one can use up the numbers of events.
        f"revoke all on all sequences in schema public from {role}",
        f"grant select on django_migrations to {role}",
        # Where the migrations were stopped early, it is not there yet.
        "do $$ begin if to_regproc('fascicle_add_seal') is not null then "
        f"grant execute on function fascicle_add_seal to {role}; end if; end $$",
    ]
    for model in all_models():
        table = model._meta.db_table
        if table in present:
            statements.append(f'grant {privileges(model)} on "{table}" to {role}')
    return statements
