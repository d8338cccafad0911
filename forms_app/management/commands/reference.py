from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forms_app.reference import files


class Command(BaseCommand):
    help = "Write docs/reference anew: dictionary, schedule of activities, rights, annotated CRF, OpenAPI."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when one is out of date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        written = files.write(files.FOLDER)
        self.stdout.write(f"Written: {', '.join(written)}." if written else "All are up to date.")

    def _check(self) -> None:
        if found := files.outdated(files.FOLDER):
            raise CommandError(f"docs/reference is out of date ({', '.join(found)}): run make docs.")
