from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trial.audit import seal_keys
from trial.audit.findings import Report
from trial.audit.seal_keys import NoKey
from trial.audit.verifier import verify
from trial.models import Participant


class Command(BaseCommand):
    help = "Verify the ledger: seals, events, a tail cut off, and each live row. Reads and never writes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--participant", metavar="CODE", help="the events and rows of this one only")
        parser.add_argument("--roots", metavar="FILE", type=Path, help="roots instead of the journal")
        parser.add_argument("--public-key", metavar="FILE", type=Path, help="the only keys that are trusted")
        parser.add_argument("--database", default="default", choices=["default", "owner"], help="whose eyes")

    def handle(self, *args: Any, **options: Any) -> None:
        using, roots, code = options["database"], options["roots"], options["participant"]
        if roots is not None and not roots.exists():
            raise CommandError(f"There is no file {roots}.")
        participant = Participant.objects.using(using).filter(code=code).first() if code else None
        if code and participant is None:
            raise CommandError(f"There is no participant {code}.")
        try:
            keys = seal_keys.read(options["public_key"]) if options["public_key"] else seal_keys.known()
        except NoKey as missing:
            raise CommandError(str(missing)) from missing
        self._tell(verify(keys=keys, roots=roots, participant=participant, using=using))

    def _tell(self, report: Report) -> None:
        for note in report.notes:
            self.stdout.write(note)
        for problem in report.problems:
            self.stdout.write(str(problem))
        looked_at = (
            f"{report.seals} seals, {report.events} events ({report.unsealed} not sealed yet) "
            f"and {report.rows} rows were looked at"
        )
        if not report.is_whole:
            wrong = f"at least {report.wrong}" if report.is_least else report.wrong
            raise CommandError(f"{looked_at}: {wrong} WRONG. The first: {report.first}")
        self.stdout.write(f"{looked_at}: all is as it was written.")
