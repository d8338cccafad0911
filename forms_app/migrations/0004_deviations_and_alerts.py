"""A question may speak of a deviation; to whom a notice went is known when it has left."""

from django.db import migrations, models

from trial.audit import operations as ledger

ALERTS = "forms_app_safetyalert"
UNFIX = f'drop trigger "guard_identity" on "{ALERTS}"'


class Migration(migrations.Migration):
    dependencies = [("forms_app", "0003_draft_windows")]

    operations = [
        migrations.AddField(
            model_name="query",
            name="deviation",
            field=models.CharField(blank=True, db_default="", default="", max_length=30),
        ),
        migrations.AlterField(
            model_name="safetyalert",
            name="recipient",
            field=models.CharField(blank=True, max_length=1000),
        ),
        migrations.RunSQL(UNFIX, ledger.fix(ALERTS, "record_id", "version", "recipient").sql),
        ledger.fix(ALERTS, "record_id", "version"),
    ]
