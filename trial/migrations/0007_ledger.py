"""Seals are added by a function that only goes on; each verification of the ledger is kept."""

from django.db import migrations, models

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
                ("first_problem", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        ledger.function("add_seal"),
    ]
