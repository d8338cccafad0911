"""More roles, seals of the ledger, reviews of the audit trail; a lock is no state of a record."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import trial.models.event
from trial.audit import operations as ledger


class Migration(migrations.Migration):
    dependencies = [
        ("trial", "0003_returning"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("reviewed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("events", models.PositiveIntegerField()),
                ("put", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("epoch", models.IntegerField()),
                ("from_xact", trial.models.event.TransactionId()),
                ("to_xact", trial.models.event.TransactionId()),
                ("events", models.PositiveIntegerField()),
                ("leaves", models.BinaryField()),
                ("leaves_digest", models.CharField(max_length=64)),
                ("root", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("hash", models.CharField(max_length=64)),
                ("key_id", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="membership_role_code",
        ),
        migrations.RemoveConstraint(
            model_name="record",
            name="record_state_code",
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("investigator", "Investigator"),
                    ("sub-investigator", "Sub-investigator"),
                    ("coordinator", "Coordinator"),
                    ("monitor", "Monitor"),
                    ("data manager", "Data manager"),
                    ("medical monitor", "Medical monitor"),
                    ("statistician", "Statistician (blinded)"),
                    ("unblinded statistician", "Statistician (unblinded)"),
                    ("auditor", "Auditor"),
                    ("administrator", "Administrator"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "investigator",
                            "sub-investigator",
                            "coordinator",
                            "monitor",
                            "data manager",
                            "medical monitor",
                            "statistician",
                            "unblinded statistician",
                            "auditor",
                            "administrator",
                        ],
                    )
                ),
                name="membership_role_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("in progress", "complete"))), name="record_state_code"
            ),
        ),
        migrations.AddField(
            model_name="auditreview",
            name="reviewed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="auditreview",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="audit_reviews", to="trial.site"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="audit_review_period_order",
            ),
        ),
        ledger.track("trial_auditreview"),
        ledger.function("guard_role"),
        ledger.guard("guard_role", "trial_membership", "before insert or update"),
    ]
