"""Who withdrew by mistake may come back; and every criterion may fail at once."""

from django.db import migrations, models

from trial.audit import operations as ledger


class Migration(migrations.Migration):
    dependencies = [("trial", "0002_every_form")]

    operations = [
        ledger.function("guard_enrolment"),
        migrations.AlterField("participant", "state_reason", models.CharField(blank=True, max_length=2000)),
    ]
