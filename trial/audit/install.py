"""What every migrate leaves behind: the app role's privileges, and an epoch to write in."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from trial.audit import epochs
from trial.audit.tracking import all_models, privileges


def after_migrate(using: str, **_: Any) -> None:
    """Grant the app role what `tracking` says, and nothing else; open the first epoch."""
    epochs.open_first(using)
    role = _app_role()
    with connections[using].cursor() as cursor:
        present = set(connections[using].introspection.table_names(cursor))
        cursor.execute("; ".join(_grants(connections[using].ops.quote_name(role), present)))


def _app_role() -> str:
    role: str = settings.DATABASES["default"]["USER"]
    if role == settings.DATABASES["owner"]["USER"]:
        raise ImproperlyConfigured(
            "DATABASE_URL and DATABASE_OWNER_URL name the same role. The app role must own nothing, "
            "or the audit could be switched off: give each its own role."
        )
    return role


def _grants(role: str, present: set[str]) -> list[str]:
    statements = [
        f"revoke all on all tables in schema public from {role}",
        # Identity columns need none, and who has one can use up the numbers of events.
        f"revoke all on all sequences in schema public from {role}",
        f"grant select on django_migrations to {role}",
    ]
    for model in all_models():
        table = model._meta.db_table
        if table in present:
            statements.append(f'grant {privileges(model)} on "{table}" to {role}')
    return statements
