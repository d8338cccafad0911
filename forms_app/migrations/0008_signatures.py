"""A signature is given by who acts, breaks by a change only, and stays broken."""

from django.db import migrations

from trial.audit import operations as ledger


class Migration(migrations.Migration):
    dependencies = [("forms_app", "0007_asked_since")]

    operations = [
        ledger.function("guard_signature"),
        ledger.guard("guard_signature", "forms_app_signature", "before insert or update or delete"),
    ]
