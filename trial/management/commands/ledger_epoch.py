from typing import Any

from django.core.management.base import BaseCommand

from trial.audit import epochs


class Command(BaseCommand):
    help = "Open the next epoch of the ledger, after a restore into a new database cluster."

    def handle(self, *args: Any, **options: Any) -> None:
        if epochs.is_current("owner"):
            self.stdout.write("The ledger's epoch is this cluster: nothing to do.")
            return
        epoch = epochs.open_next("owner")
        self.stdout.write(f"Epoch {epoch.pk} is open.")
