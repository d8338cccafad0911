"""Answers that are kept to be given again, and the order in which clients are told of changes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trial", "0007_ledger")]

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("caller", models.CharField(blank=True, max_length=25)),
                ("key", models.CharField(max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("roles", models.JSONField(default=list)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True)),
                ("kept_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["kept_at"], name="idempotency_key_by_age"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("user", "caller", "key"), name="idempotency_key_once"),
        ),
        # What went by the transaction alone goes by the epoch and the transaction now.
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["epoch", "xact", "id"], name="event_in_order"),
        ),
        migrations.RemoveIndex(model_name="event", name="event_by_xact"),
    ]
