"""Who withdrew by mistake may come back to being enrolled or treated."""

from django.db import migrations

from trial.audit import operations as ledger


class Migration(migrations.Migration):
    dependencies = [("trial", "0002_every_form")]

    operations = [ledger.function("guard_enrolment")]
