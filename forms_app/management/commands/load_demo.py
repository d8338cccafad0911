from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from forms_app.demo import load
from forms_app.demo.accounts import LOGINS, PASSWORD
from trial.management.writing import WritingCommand


class Command(WritingCommand):
    help = "Load the synthetic demonstration trial, once, and print its log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demonstration has passwords that everybody knows: it loads only with FASCICLE_DEBUG=1."
            )
        if not load.is_loaded():
            self._load()
        self.stdout.write(f"Demo log-ins, all with the password {PASSWORD}:")
        for login in LOGINS:
            places = " and ".join(login.sites)
            self.stdout.write(f"  {login.username:<14} {login.role.label}, site {places}")

    def _load(self) -> None:
        if load.is_in_use():
            raise CommandError(
                "This database holds sites or accounts that are not the demonstration's. The demonstration "
                "loads only into an empty database: give it one of its own, or leave DATABASE_URL unset."
            )
        load.load(self.stdout.write)
