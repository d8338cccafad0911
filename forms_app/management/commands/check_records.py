from typing import Any

from django.core.management.base import BaseCommand

from forms_app.services import rechecks


class Command(BaseCommand):
    help = "Run the checks over all that is stored, as it is done every night."

    def handle(self, *args: Any, **options: Any) -> None:
        everybody = rechecks.everybody()
        moved = sum(rechecks.recheck(participant=participant) for participant in everybody)
        self.stdout.write(f"{len(everybody)} participants, {moved} questions opened, closed or reworded.")
