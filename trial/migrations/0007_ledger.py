"""Seals are added by a function that only goes on; each verification of the ledger is kept; events hold a
hash of what they hide.
"""

from django.db import migrations, models
from django.db.models.fields.json import KT

from trial.audit import operations as ledger


class Migration(migrations.Migration):
    dependencies = [("trial", "0006_sessions")]

    operations = [
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("seals", models.PositiveIntegerField()),
                ("events", models.PositiveBigIntegerField()),
                ("rows", models.PositiveBigIntegerField()),
                ("problems", models.PositiveIntegerField()),
                ("is_least", models.BooleanField()),
                ("first_problem", models.CharField(blank=True, max_length=500)),
                ("notes", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(KT("row__participant_id"), name="event_by_participant"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("operation", "delete")),
                fields=["table_name", "key"],
                name="event_of_deletion",
            ),
        ),
        ledger.function("add_seal"),
        ledger.function("record_event"),
    ]
