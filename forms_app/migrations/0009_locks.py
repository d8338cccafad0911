"""Locks keep what was open when they were put on, and nobody takes back that one was released.

A visit with complete records changes with a reason only.
"""

from django.db import migrations, models

from trial.audit import operations as ledger


class Migration(migrations.Migration):
    dependencies = [("forms_app", "0008_signatures")]

    operations = [
        migrations.AddField(
            model_name="lock",
            name="report",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="lock",
            name="unlock_requested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="lock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at__isnull", True)),
                fields=("kind", "scope", "site", "participant", "visit", "record"),
                name="lock_once",
                nulls_distinct=False,
            ),
        ),
        ledger.function("guard_unlock"),
        ledger.guard("guard_unlock", "forms_app_lock", "before insert or update or delete"),
        ledger.function("require_reason"),
        ledger.require_reason("trial_visit"),
    ]
