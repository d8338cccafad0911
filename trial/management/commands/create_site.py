from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from trial.audit.context import COMMAND_LINE
from trial.management.writing import WritingCommand
from trial.refusals import Refusal
from trial.services import sites


class Command(WritingCommand):
    help = "Open a site, for example: create_site 03 'University Hospital' --time-zone Europe/Berlin"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="2 to 4 digits or capital letters; begins each participant code")
        parser.add_argument("name")
        parser.add_argument("--time-zone", default="UTC", help="for example Europe/Berlin")
        parser.add_argument(
            "--activated-on", type=date.fromisoformat, default=None, help="default: today at the site"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site = sites.create(
                by=COMMAND_LINE,
                code=options["code"],
                name=options["name"],
                time_zone=options["time_zone"],
                activated_on=options["activated_on"],
            )
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"Site {site} is open.")
