from typing import Any

from django.db import models


class Snapshot(models.TextField):  # type: ignore[type-arg]  # fields take no parameters at run time
    """PostgreSQL's pg_snapshot, read as its text; the database refuses what is none."""

    def db_type(self, connection: Any) -> str:
        return "pg_snapshot"
