"""The zip of one of our exports: proved by its manifest, then read table by table."""

import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _

from forms_app.imports import odm, rows
from forms_app.imports.choices import proposed
from forms_app.imports.gathered import Gathered
from forms_app.imports.numbers import DecimalMark
from forms_app.imports.refused import refused
from forms_app.imports.table import table
from forms_app.imports.targets import LONG, shape
from forms_app.imports.text import decoded
from trial.protocol.marker import N_
from trial.refusals import Refusal

MANIFEST: Final = "manifest.json"
ODM: Final = "odm.xml"
# What stands in an archive beside the data.
BESIDE: Final = ("codebook.",)
# So much may come out of a zip: a small one can hold more than a machine.
MOST_UNPACKED: Final = 400 * 1024 * 1024
MOST_FILES: Final = 200

ENCRYPTED: Final = 1
DAMAGED: Final = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error)
NO_ZIP = N_("“{file}” is no whole zip archive without a password. Fetch it again, and send it as it is.")
TOO_LARGE = N_(
    "“{file}” would be larger than {most} MB, or have too many files, when unpacked. Send it in parts."
)

# Who can prove an archive says here how: it answers with what is wrong, "" when nothing is. The exports stand
# above this package and put it here when the application starts.
PROVED_BY: list[Callable[[bytes], str]] = []


@contextmanager
def opened(content: bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """The zip. Raises Refusal when it is none, has a password, or would be too large unpacked."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except DAMAGED:
        raise no_zip(name) from None
    with archive:
        found = archive.infolist()
        if len(found) > MOST_FILES or sum(each.file_size for each in found) > MOST_UNPACKED:
            raise refused("import_zip", _(TOO_LARGE), file=name, most=MOST_UNPACKED // 1024 // 1024)
        if any(each.flag_bits & ENCRYPTED for each in found):
            raise no_zip(name)
        yield archive


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of the zip, never more of it than the zip says that it has. Raises Refusal when it is damaged,
    KeyError when it is not there."""
    told = archive.getinfo(name).file_size
    try:
        with archive.open(name) as file:
            content = file.read(told + 1)
    except DAMAGED:
        raise no_zip(name) from None
    if len(content) > told:
        raise no_zip(name)
    return content


def no_zip(name: str) -> Refusal:
    """The refusal of what cannot be unpacked."""
    return refused("import_zip", _(NO_ZIP), file=name)


def gather(content: bytes, name: str, into: Gathered) -> None:
    """Read every table of the archive. Raises Refusal when it is not whole, or can not come back."""
    for prove in PROVED_BY:
        if problem := prove(content):
            raise refused(
                "import_export",
                _("“{file}” is not what was exported: {problem}. Fetch the export again."),
                file=name,
                problem=problem,
            )
    with opened(content, name) as archive:
        options = _options(archive, name)
        _check_choices(options, name)
        for each in archive.infolist():
            if _is_data(each.filename):
                _gather(archive, each.filename, options, into)


def _is_data(name: str) -> bool:
    return name.endswith((".csv", ".xml")) and not name.startswith(BESIDE)


def _gather(archive: zipfile.ZipFile, name: str, options: dict[str, Any], into: Gathered) -> None:
    if name == ODM:
        odm.gather(member(archive, name), name, into)
        return
    stem = name.removesuffix(".csv")
    if not name.endswith(".csv") or shape(stem) is None:
        raise refused(
            "import_export",
            _(
                "“{file}” is of a shape that does not hold the forms as they were filled in. "
                "Export in the shape “{long}” or “forms” as CSV, or as ODM 1.3.2."
            ),
            file=name,
            long=LONG,
        )
    found = table(member(archive, name), name)
    choices = proposed(stem, found.columns)
    mark = DecimalMark.COMMA if options.get("decimal") == "," else DecimalMark.POINT
    rows.gather(found, choices.as_archived(mark), into)


def _options(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """What was chosen of the export, as its manifest tells it."""
    try:
        manifest = json.loads(decoded(member(archive, MANIFEST), MANIFEST))
        chosen = manifest["choices"]
    except (KeyError, ValueError, TypeError):
        raise no_zip(name) from None
    return chosen if isinstance(chosen, dict) else {}


def _check_choices(options: dict[str, Any], name: str) -> None:
    """What was altered cannot come back: codes that stand for others, shifted days, added apostrophes."""
    if options.get("privacy", "nothing") != "nothing":
        raise refused(
            "import_export",
            _("“{file}” is de-identified: its codes and dates are not those of the participants."),
            file=name,
        )
    if options.get("spreadsheet_safe") is True:
        raise refused(
            "import_export",
            _("“{file}” was made safe for spreadsheets, which altered it. Export without this choice."),
            file=name,
        )
    if options.get("values", "codes") == "labels":
        raise refused(
            "import_export", _("“{file}” has labels in place of codes. Export with codes."), file=name
        )
