"""Extracting what is to be translated. `make messages` calls it with its options."""

from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's command, which also finds our own marks and writes the same words in the same way each time.

    Nothing is fuzzy: a translation that was guessed from a similar sentence is wrong in a clinical form.
    """

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=N_", "--keyword=sentence"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching", "--sort-output"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--sort-output"]

    def write_po_file(self, potfile: str, locale: str) -> None:
        super().write_po_file(potfile, locale)  # type: ignore[misc]
        catalogue = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        catalogue.write_text(_without_dates(catalogue.read_text(encoding="utf-8")), encoding="utf-8")

    domain: Any


def _without_dates(text: str) -> str:
    """The moment of an extraction would be a change where there is none."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith('"POT-Creation-Date:'))
