"""An image or a comment of a complete record changes only with a reason, by any path."""

from django.db import migrations

from trial.audit import operations as ledger


class Migration(migrations.Migration):
    dependencies = [("forms_app", "0004_deviations_and_alerts")]

    operations = [ledger.require_reason(table) for table in ("forms_app_attachment", "forms_app_comment")]
