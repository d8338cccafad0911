from typing import Any

from django.db import models
from django.db.models.fields.json import KT


class TransactionId(models.Field):
    """PostgreSQL's 64-bit transaction id, read as a whole number."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)


class Event(models.Model):
    """One change of one row, written by the audit trigger and by nothing else.

    No foreign keys: an event outlives what it speaks of. `actor_id` 0 stands for the command line,
    -1 for the product itself, none for the owner of the database. `schema_version` is the number of the
    last migration.
    """

    table_name = models.CharField(max_length=63)
    key = models.CharField(max_length=30)
    record_id = models.BigIntegerField(null=True)
    operation = models.CharField(max_length=10)
    row = models.JSONField()
    schema_version = models.IntegerField()
    actor_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300)
    route = models.CharField(max_length=10)
    request_id = models.CharField(max_length=40)
    database_user = models.CharField(max_length=63)
    at = models.DateTimeField()
    xact = TransactionId()
    epoch = models.IntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["table_name", "key", "id"], name="event_by_row"),
            models.Index(fields=["record_id", "id"], name="event_by_record"),
            # The one order of all changes: whoever asks what is new goes on in it.
            models.Index(fields=["epoch", "xact", "id"], name="event_in_order"),
            models.Index(KT("row__participant_id"), name="event_by_participant"),
            # What is gone is found by its last event.
            models.Index(
                fields=["table_name", "key"], condition=models.Q(operation="delete"), name="event_of_deletion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.key}"
