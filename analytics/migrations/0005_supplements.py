import django.db.models.deletion
from django.db import migrations, models

import analytics.models.snapshot


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0004_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Supplement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outcome", models.CharField(max_length=20)),
                ("part", models.CharField(max_length=20)),
                ("data_hash", models.CharField(max_length=64)),
                ("awaited_hash", models.CharField(max_length=64)),
                ("spec", models.JSONField()),
                ("spec_hash", models.CharField(max_length=64)),
                ("code_version", models.CharField(max_length=80)),
                ("epoch", models.IntegerField()),
                ("snapshot", analytics.models.snapshot.Snapshot()),
                ("state", models.CharField(default="waiting", max_length=20)),
                ("total", models.PositiveSmallIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("content", models.JSONField(null=True)),
                ("problem", models.CharField(blank=True, max_length=2000)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "being calculated"))),
                        fields=["id"],
                        name="supplement_under_way",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "outcome",
                            "part",
                            "data_hash",
                            "awaited_hash",
                            "spec_hash",
                            "code_version",
                        ),
                        name="supplement_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "being calculated", "ready", "failed"))),
                        name="supplement_state_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("awaited_hash__regex", "^[0-9a-f]{64}$"),
                            ("data_hash__regex", "^[0-9a-f]{64}$"),
                            ("spec_hash__regex", "^[0-9a-f]{64}$"),
                        ),
                        name="supplement_hash_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "ready"), ("content__isnull", True), _connector="XOR"),
                        name="supplement_ready_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "failed"), ("problem", ""), _connector="XOR"),
                        name="supplement_failed_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("waiting", "being calculated")),
                            ("ended_at__isnull", False),
                            _connector="XOR",
                        ),
                        name="supplement_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplementPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                (
                    "supplement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="analytics.supplement",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("supplement", "number"), name="supplement_piece_once")
                ],
            },
        ),
    ]
