import django.contrib.postgres.fields
from django.db import migrations, models

import analytics.models.snapshot


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_what_was_fitted")]

    operations = [
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outcome", models.CharField(max_length=20)),
                ("participant", models.CharField(max_length=8)),
                (
                    "quanta",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(null=True), size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rebuild",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outcome", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("epoch", models.IntegerField()),
                ("snapshot", analytics.models.snapshot.Snapshot()),
                ("agreed", models.BooleanField()),
                ("running_digest", models.CharField(max_length=64)),
                ("rebuilt_digest", models.CharField(max_length=64)),
                ("n_participants", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RunningStatistics",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outcome", models.CharField(max_length=20, unique=True)),
                ("shape", models.CharField(max_length=64)),
                ("epoch", models.IntegerField()),
                ("snapshot", analytics.models.snapshot.Snapshot()),
                ("statistics", models.BinaryField()),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(fields=("outcome", "participant"), name="contribution_once"),
        ),
        migrations.AddIndex(
            model_name="rebuild",
            index=models.Index(fields=["outcome", "-id"], name="rebuild_by_outcome"),
        ),
        migrations.AddConstraint(
            model_name="rebuild",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rebuilt_digest__regex", "^[0-9a-f]{64}$"),
                    ("running_digest__regex", "^([0-9a-f]{64})?$"),
                ),
                name="rebuild_digest_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="rebuild",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed", True), ("running_digest", models.F("rebuilt_digest"))),
                    models.Q(
                        ("agreed", False),
                        models.Q(("running_digest", models.F("rebuilt_digest")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="rebuild_agreed_is_equal",
            ),
        ),
        migrations.AddConstraint(
            model_name="runningstatistics",
            constraint=models.CheckConstraint(
                condition=models.Q(("shape__regex", "^[0-9a-f]{64}$")), name="running_statistics_shape_form"
            ),
        ),
    ]
