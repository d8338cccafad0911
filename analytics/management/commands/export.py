import shutil
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from analytics.exports import choices
from analytics.exports.options import Options
from analytics.models import Export
from analytics.models.export import READY
from analytics.services import exports as service
from trial.management.writing import WritingCommand
from trial.models import User
from trial.refusals import Refusal

ASK_AGAIN_S = 0.5


class Command(WritingCommand):
    help = (
        "Write an export under a person's name, as the page of exports does, and copy its archive, for "
        "example: export --by ada --shape wide --format csv --output wide.zip. Run it where the worker runs: "
        "only there is the key that signs it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="USERNAME", help="whose rights are used")
        parser.add_argument(
            "--output", required=True, type=Path, metavar="FILE", help="a file that is not there"
        )
        for field in fields(Options):
            flag = "--" + field.name.replace("_", "-")
            if field.type is bool:
                parser.add_argument(flag, action="store_true", default=None)
            else:
                parser.add_argument(flag, help=", ".join(choices.POSSIBLE.get(field.name, ())) or None)

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"There is no open account “{options['by']}”.")
        given = {name: options[name] for name in choices.NAMES if options[name] is not None}
        try:
            self._export(by, choices.read(given), options["output"])
        except (OSError, Refusal) as error:
            raise CommandError(str(error)) from error

    def _export(self, by: User, chosen: Options, output: Path) -> None:
        with output.open("xb") as copied:
            try:
                made = _made(service.ask(by=by, options=chosen))
                _export, archive = service.take(by=by, number=made.pk)
                with archive.open("rb") as file:
                    shutil.copyfileobj(file, copied)
            except BaseException:
                output.unlink()
                raise
        self.stdout.write(f"{output}: {made.written} rows, SHA-256 {made.sha256}")


def _made(export: Export) -> Export:
    """The export when it is over, whether we write it or a worker does. Raises CommandError unless ready."""
    while export.is_under_way:
        if service.run(number=export.pk) is None:
            time.sleep(ASK_AGAIN_S)
        export.refresh_from_db()
    if export.state != READY:
        raise CommandError(export.problem or f"The export is {export.state}.")
    return export
