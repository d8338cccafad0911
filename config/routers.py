"""Which database role does what: the app role reads and writes rows, only the owner changes tables."""

from typing import Any


class MigrateAsOwner:
    """Migrations, and the flush after a transactional test, run through the alias `owner` only."""

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        return db == "owner"
