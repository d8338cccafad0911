from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trial.audit import epochs


class WritingCommand(BaseCommand):
    """A command that writes data of the trial: refused where the ledger's epoch is not this cluster."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            epochs.check()
        except epochs.WrongEpoch as wrong:
            raise CommandError(str(wrong)) from wrong
        return super().execute(*args, **options)
