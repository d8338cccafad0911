"""An embedded database for one benchmark, migrated, with Django set up on it; nothing else runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from config.embedded.folder import DataFolder
from config.embedded.postgres import Postgres, wait_ready
from config.supervisor.plan import make_secrets


@contextmanager
def serving(folder: DataFolder, *, durable: bool = True) -> Iterator[None]:
    """PostgreSQL as production has it, unless it need not be durable."""
    folder.make()
    make_secrets(folder)
    server = Postgres(folder, durable=durable)
    server.prepare()
    process = server.program.start(folder.logs / "postgres.log")
    try:
        wait_ready(server, process)
        server.make_roles()
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings",
            DATABASE_URL=folder.app_url,
            DATABASE_OWNER_URL=folder.owner_url,
            FASCICLE_DATA=str(folder.root),
            FASCICLE_SECRET_KEY="of a benchmark",
            # What a save asks of others is asked, and nobody answers.
            CELERY_BROKER_URL="memory://",
        )
        _migrate()
        yield
    finally:
        server.program.end(process)


def _migrate() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
