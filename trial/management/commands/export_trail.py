from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trial.audit import trail
from trial.models import Participant


class Command(BaseCommand):
    help = (
        "Write the sealed audit trail into a file that can be verified without Fascicle "
        "(trial/audit/verify_trail.py)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--participant", metavar="CODE", help="of this one only")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["participant"]
        participant = Participant.objects.filter(code=code).first() if code else None
        if code and participant is None:
            raise CommandError(f"There is no participant {code}.")
        lines = trail.of_participant(participant) if participant else trail.everything()
        events = 0
        with options["file"].open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(line)
                events += line.startswith('{"event"')
        self.stdout.write(f"{events} events are in {options['file']}.")
