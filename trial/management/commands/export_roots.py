from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from trial.audit import journal


class Command(BaseCommand):
    help = "Write the signed roots of all seals, with the public keys, into a file to keep elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["file"].open("w", encoding="utf-8") as file:
            lines = journal.file_of_roots()
            file.write(next(lines))  # the public keys
            roots = 0
            for line in lines:
                file.write(line)
                roots += 1
        self.stdout.write(
            f"{roots} signed roots are in {options['file']}. Keep it where nobody here can write."
        )
