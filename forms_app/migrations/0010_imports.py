"""Files that are brought in, and what becomes of each participant in them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forms_app", "0009_locks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("state", models.CharField(default="columns to be checked", max_length=30)),
                ("kind", models.CharField(max_length=10)),
                ("file_name", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                ("separator", models.CharField(blank=True, max_length=10)),
                ("columns", models.JSONField(default=list)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("choices", models.JSONField(default=dict)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("position", models.CharField(blank=True, max_length=64)),
                ("skips", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("problem", models.CharField(blank=True, max_length=1000)),
                ("received_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("participant", models.CharField(blank=True, max_length=40)),
                ("content", models.JSONField(default=dict)),
                ("outcomes", models.JSONField(default=list)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="forms_app.import",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["owner", "fingerprint", "id"], name="import_by_columns"),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "columns to be checked",
                            "being judged",
                            "judged",
                            "being saved",
                            "saved",
                            "failed",
                            "discarded",
                        ),
                    )
                ),
                name="import_state_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="importunit",
            constraint=models.UniqueConstraint(fields=("of", "place"), name="import_unit_once"),
        ),
        migrations.AddConstraint(
            model_name="importunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("waiting", "judged", "saved", "refused"))),
                name="import_unit_state_code",
            ),
        ),
    ]
