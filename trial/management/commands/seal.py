from typing import Any

from django.core.management.base import CommandError

from trial.audit import seals
from trial.audit.seal_keys import NoKey
from trial.management.writing import WritingCommand


class Command(WritingCommand):
    help = "Seal what was written since the last seal, as happens every five seconds."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = seals.seal_all()
        except NoKey as missing:
            raise CommandError(str(missing)) from missing
        newest = seals.latest()
        if not made:
            self.stdout.write(f"Nothing new to seal; the newest seal is {newest or 'none'}.")
        elif newest:
            self.stdout.write(f"Seal {newest.number} is made: {newest.root}")
