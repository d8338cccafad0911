from typing import Any

from django.db import models


class Snapshot(models.TextField):
    """PostgreSQL's pg_snapshot, read as its text; the database refuses what is none."""

    def db_type(self, connection: Any) -> str:
        return "pg_snapshot"
