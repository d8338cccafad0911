import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trial import installation

SIGNS = {True: "holds", False: "DOES NOT HOLD", None: ""}


class Command(BaseCommand):
    help = "Say whether this installation is what it should be: roles, privileges, triggers, keys, settings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON, for a record of the installation")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = installation.examine()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in findings], indent=2))
        else:
            for each in findings:
                self.stdout.write(f"{each.subject:<45} {each.found}  {SIGNS[each.holds]}".rstrip())
        wrong = [each.subject for each in findings if each.holds is False]
        if wrong:
            raise CommandError(f"{len(wrong)} of {len(findings)} do not hold: {', '.join(wrong)}.")
