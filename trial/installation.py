"""Whether an installation is what it should be: each finding says what was looked at, and what was found.

It runs as the app role and writes nothing. `manage.py self_check` shows it; the validation pack keeps it.
"""

import platform
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from trial.audit import declared, epochs, reading, seal_keys, trigger_check
from trial.audit.findings import FUNCTION, TRIGGER
from trial.audit.seal_keys import NoKey
from trial.audit.tracking import all_models, privileges, tracked_models

OLDEST_POSTGRESQL = 160000
PACKAGES = ("Django", "djangorestframework", "psycopg2-binary", "cryptography", "argon2-cffi", "celery")
# What the app role must not be.
SPECIAL = ("rolsuper", "rolcreatedb", "rolcreaterole", "rolbypassrls", "rolreplication")
A_STYLE_SHEET = "css/foundation.css"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
APART = timedelta(seconds=2)


@dataclass(frozen=True)
class Finding:
    """`holds` is None for what is only told."""

    subject: str
    found: str
    holds: bool | None = None


def examine() -> list[Finding]:
    """Everything, in the order in which it is told."""
    parts = (_versions, _database, _roles, _privileges, _triggers, _ledger, _keys, _files, _settings, _time)
    return [finding for part in parts for finding in part()]


def _versions() -> Iterator[Finding]:
    yield Finding("Python", platform.python_version())
    yield Finding("system", platform.platform())
    for package in PACKAGES:
        yield Finding(package, version(package))


def _database() -> Iterator[Finding]:
    number = int(_value("show server_version_num"))
    yield Finding("PostgreSQL", _value("show server_version"), number >= OLDEST_POSTGRESQL)
    yield Finding("data checksums", _value("show data_checksums"))
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    waiting = ", ".join(f"{each.app_label}.{each.name}" for each, _backwards in missing)
    yield Finding("migrations", waiting or "all are applied", not missing)


def _roles() -> Iterator[Finding]:
    app, owner = (
        settings.DATABASES["default"]["USER"],
        _value("select tableowner from pg_tables where schemaname = 'public' and tablename = 'trial_event'"),
    )
    yield Finding("role of the application", _value("select session_user::text"), owner != app)
    yield Finding("owner of the tables", owner, owner != app)
    held = [name for name in SPECIAL if _value(f"select {name} from pg_roles where rolname = session_user")]  # nosec B608
    yield Finding("special rights of the application's role", ", ".join(held) or "none", not held)
    owned = _value(
        "select count(*) from pg_class where relowner = session_user::regrole and relpersistence <> 't'"
    )
    yield Finding("tables that the application's role owns", str(owned), owned == 0)
    groups = _value("select count(*) from pg_auth_members where member = session_user::regrole")
    yield Finding("roles that it can become", str(groups), groups == 0)


def _privileges() -> Iterator[Finding]:
    granted: dict[str, set[str]] = {}
    for table, privilege in reading.rows(
        "select table_name, lower(privilege_type) from information_schema.role_table_grants "
        "where grantee in (session_user::text, 'PUBLIC') and table_schema = 'public'"
    ):
        granted.setdefault(table, set()).add(privilege)
    said = {model._meta.db_table: set(privileges(model).split(", ")) for model in all_models()}
    said["django_migrations"] = {"select"}
    other = sorted(name for name in {*said, *granted} if said.get(name) != granted.get(name))
    yield Finding("privileges on tables", _but(f"{len(said)} as declared", other), not other)


def _triggers() -> Iterator[Finding]:
    watched = {each.table for each in declared.tables()}
    forgotten = sorted({model._meta.db_table for model in tracked_models()} - watched)
    yield Finding("tables under audit", _but(f"{len(watched)} as declared", forgotten), not forgotten)
    wrong = list(trigger_check.problems())
    for kind, said in ((TRIGGER, declared.triggers()), (FUNCTION, declared.functions())):
        found = [f"{each.table} {each.key} ({each.wrong})".strip() for each in wrong if each.kind == kind]
        yield Finding(f"{kind}s of the database", _but(f"{len(said)} as declared", found), not found)
    mode = _value("show session_replication_role")
    yield Finding("triggers fire", mode, mode == "origin")


def _ledger() -> Iterator[Finding]:
    current = epochs.is_current()
    yield Finding("epoch of the ledger", "this cluster" if current else "another cluster", current)


def _keys() -> Iterator[Finding]:
    private = Path(settings.SEAL_KEY_FILE)
    if private.exists():
        yield Finding("key of the seals", *_closed(private))
    else:
        # Only who seals has it: the web processes of production do not.
        yield Finding("key of the seals", "not readable here")
    try:
        known = seal_keys.known()
    except NoKey as problem:
        yield Finding("public keys of the seals", str(problem), False)
    else:
        yield Finding("public keys of the seals", f"{len(known)} known")


def _files() -> Iterator[Finding]:
    images = Path(settings.ATTACHMENTS)
    if images.exists():
        yield Finding("folder of images", *_closed(images))
    else:
        yield Finding("folder of images", "not there yet")
    yield Finding("static files", *_static())


def _static() -> tuple[str, bool]:
    if settings.DEBUG:
        there = finders.find(A_STYLE_SHEET) is not None
        return ("where they lie" if there else "none", there)
    stored_name = getattr(staticfiles_storage, "stored_name", None)
    try:
        name = stored_name(A_STYLE_SHEET) if stored_name else ""
    except ValueError:
        name = ""
    if not name:
        return "not collected", False
    there = staticfiles_storage.exists(name)
    return (name if there else f"{name} is missing", there)


def _settings() -> Iterator[Finding]:
    if settings.DEBUG:
        # The demonstration; data of real people never are where debugging is on.
        yield Finding("settings", "debugging, for synthetic data only", settings.SYNTHETIC_DATA)
        return
    told = [each for each in checks.run_checks(include_deployment_checks=True) if not each.is_silenced()]
    told = [each for each in told if each.level >= checks.WARNING]
    yield Finding("settings", "; ".join(str(each.id) for each in told) or "as for production", not told)
    hosts = settings.ALLOWED_HOSTS
    yield Finding("host names", ", ".join(hosts) or "none", bool(hosts) and "*" not in hosts)


def _time() -> Iterator[Finding]:
    yield Finding("time zone of the application", settings.TIME_ZONE, settings.TIME_ZONE == "UTC")
    zone = _value("show timezone")
    yield Finding("time zone of the database's connection", zone, zone == "UTC")
    apart = abs(_value("select clock_timestamp()") - timezone.now())
    yield Finding("clocks of application and database apart", f"{apart.total_seconds():.3f} s", apart < APART)


def _closed(path: Path) -> tuple[str, bool]:
    """The mode of a file or a folder; it holds when nobody but its owner may do anything."""
    mode = path.stat().st_mode
    return stat.filemode(mode), not mode & OTHERS


def _but(found: str, wrong: list[str]) -> str:
    return f"{found}, but not {', '.join(wrong)}" if wrong else found


def _value(statement: str) -> Any:
    ((found,),) = reading.rows(statement)
    return found
