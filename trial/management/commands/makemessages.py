"""Extracting what is to be translated. `make messages` calls it with its options."""

from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's command, which also finds our own marks and writes the same words in the same way each time.

    Nothing is fuzzy: a translation that was guessed from a similar sentence is wrong in a clinical form.
    """

    domain: Any

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=N_", "--keyword=sentence"]
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching", "--sort-output"]
    msgattrib_options = [*makemessages.Command.msgattrib_options, "--sort-output"]

    def write_po_file(self, potfile: str, locale: str) -> None:
        _settle(Path(potfile))
        super().write_po_file(potfile, locale)
        _settle(Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po")


def _settle(file: Path) -> None:
    entries = file.read_text(encoding="utf-8").split("\n\n")
    file.write_text("\n\n".join(map(_settled, entries)), encoding="utf-8")


def _settled(entry: str) -> str:
    """Without the moment of the extraction, and without calling "5 % of" a place for a value."""
    lines = entry.split("\n")
    if "%(" not in entry:
        lines = [line.replace(", python-format", "") if line.startswith("#") else line for line in lines]
    return "\n".join(line for line in lines if line != "#" and not line.startswith('"POT-Creation-Date:'))
