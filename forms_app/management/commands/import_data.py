from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from forms_app.imports.apostrophes import Apostrophes
from forms_app.imports.choices import IGNORED, Choices, proposed
from forms_app.imports.numbers import DecimalMark
from forms_app.models import Import
from forms_app.models.imports import JUDGED, SAVED
from forms_app.selectors import imports as selector
from forms_app.services import imports as service
from trial.management.writing import WritingCommand
from trial.models import User
from trial.refusals import Refusal


class Command(WritingCommand):
    help = (
        "Bring in a file under a person's name. Without --save it is judged and thrown away, for example: "
        "import_data pain.csv --by ana --column id=participant --save --reason 'Migration of the pilot'"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="USERNAME", help="whose rights are used")
        parser.add_argument("--save", action="store_true", help="save what was judged")
        parser.add_argument("--reason", default="")
        parser.add_argument("--skip", action="store_true", help="leave out what is refused, and list it")
        parser.add_argument("--table", default="", help="what the rows are of, where it cannot be guessed")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="COLUMN=TARGET",
            help="what a column is; nothing behind the sign leaves it out; may be given several times",
        )
        parser.add_argument("--contact-mode", default="", help="where the file does not say it")
        parser.add_argument("--apostrophes", default="", choices=[each.value for each in Apostrophes])
        parser.add_argument("--decimal", default="", choices=[each.value for each in DecimalMark])

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"There is no open account “{options['by']}”.")
        try:
            found = service.receive(by=by, content=options["file"].read_bytes(), name=options["file"].name)
        except (OSError, Refusal) as error:
            raise CommandError(str(error)) from error
        try:
            self._bring_in(by, found, options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        finally:
            found.refresh_from_db()
            if found.state != SAVED and not found.problem:
                service.discard(by=by, found=found)

    def _bring_in(self, by: User, found: Import, options: dict[str, Any]) -> None:
        service.decide(by=by, found=found, choices=_choices(found, options))
        self._run(found)
        if found.problem:
            raise CommandError(found.problem)
        self._tell(found)
        if not options["save"]:
            self.stdout.write("Judged only: nothing was saved.")
            return
        assert found.state == JUDGED
        service.save(by=by, found=found, reason=options["reason"], skips=options["skip"])
        self._run(found)
        self._tell(found)

    def _run(self, found: Import) -> None:
        while service.run(number=found.pk):
            pass
        found.refresh_from_db()

    def _tell(self, found: Import) -> None:
        for line in selector.lines(found):
            where = f"{line.file}, row {line.row}, column {line.column or '–'}"
            self.stderr.write(f"{where}, {line.participant or '–'}: “{line.value}”: {line.sentence}")
        for what, counted in selector.counts(found).items():
            told = ", ".join(f"{number} {result}" for result, number in sorted(counted.items()))
            self.stdout.write(f"{what}: {told}")


def _choices(found: Import, options: dict[str, Any]) -> Choices:
    """What was remembered or guessed, with what the options say."""
    known = Choices.of(found.choices)
    if options["table"]:
        known = proposed(options["table"], found.columns)
    said = dict(each.rpartition("=")[::2] for each in options["column"])
    columns = {**known.columns, **{column: target or IGNORED for column, target in said.items()}}
    return Choices(
        known.table,
        columns,
        options["contact_mode"] or known.contact_mode,
        Apostrophes(options["apostrophes"]) or known.apostrophes,
        DecimalMark(options["decimal"]) or known.decimal,
    )
