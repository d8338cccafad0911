from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trial.audit import seal_keys
from trial.audit.seal_keys import NoKey


class Command(BaseCommand):
    help = "Say which key seals the ledger. --new makes a new one; what the old one signed stays provable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="make a new key in FASCICLE_SEAL_KEY_FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new"]:
                self._replace(Path(settings.SEAL_KEY_FILE))
            public = seal_keys.private().public_key()
            seal_keys.remember(public)
        except (NoKey, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Key {seal_keys.key_id(public)}, public: {seal_keys.encoded(public)}")

    def _replace(self, path: Path) -> None:
        """The public half of the old key is kept first, or its seals could not be verified any more."""
        if path.exists():
            seal_keys.remember(seal_keys.private().public_key())
        seal_keys.make(path)
