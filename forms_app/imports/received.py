"""A file as it was received: of which kind it is, what its columns are, and its content by participant."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

from django.utils.translation import gettext as _

from forms_app.imports import archive, odm, redcap, rows
from forms_app.imports.choices import Choices
from forms_app.imports.gathered import Gathered
from forms_app.imports.refused import refused
from forms_app.imports.table import SEPARATORS, table
from trial.protocol.marker import N_
from trial.refusals import Refusal

ZIP: Final = b"PK\x03\x04"


class Kind(StrEnum):
    """What a file is."""

    TABLE = "table"
    ARCHIVE = "archive"
    ODM = "odm"
    REDCAP = "redcap"


KIND_LABELS: Final = {
    Kind.TABLE: N_("a table of rows (CSV)"),
    Kind.ARCHIVE: N_("an export of Fascicle"),
    Kind.ODM: N_("a snapshot in ODM 1.3.2"),
    Kind.REDCAP: N_("a REDCap project"),
}


@dataclass(frozen=True)
class Received:
    """A file that can be read. Only a table has columns, and a separator, which are shown."""

    kind: Kind
    name: str
    content: bytes
    separator: str = ""
    columns: tuple[str, ...] = field(default=())


def received(content: bytes, name: str) -> Received:
    """Tell the kind by the content. Raises Refusal on what is none of them."""
    if not content.strip():
        raise Refusal("import_none")
    if content.startswith(ZIP):
        return _of_zip(content, name)
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return Received(Kind.ODM, name, content)
    found = table(content, name)
    return Received(Kind.TABLE, name, content, SEPARATORS[found.separator], found.columns)


def gather(file: Received, choices: Choices, into: Gathered) -> None:
    """Read the contents. Raises Refusal when the file cannot be read, or says nothing at all."""
    match file.kind:
        case Kind.TABLE:
            rows.gather(table(file.content, file.name), choices, into)
        case Kind.ARCHIVE:
            archive.gather(file.content, file.name, into)
        case Kind.ODM:
            odm.gather(file.content, file.name, into)
        case Kind.REDCAP:
            redcap.gather(file.content, file.name, into)
    if not into.contents and not into.problems:
        sentence = _("“{file}” says nothing of any participant. Choose another file.")
        raise refused("import_table", sentence, file=file.name)


def _of_zip(content: bytes, name: str) -> Received:
    """An export, a REDCap project, or a single table that was zipped to be smaller."""
    with archive.opened(content, name) as found:
        names = found.namelist()
        if archive.MANIFEST in names:
            return Received(Kind.ARCHIVE, name, content)
        if set(redcap.FILES) <= set(names):
            return Received(Kind.REDCAP, name, content)
        if len(names) == 1:
            inner = archive.member(found, names[0])
            if not inner.startswith(ZIP):
                return received(inner, names[0].rpartition("/")[2])
    raise refused(
        "import_zip",
        _(
            "“{file}” holds neither an export of Fascicle, nor a REDCap project "
            "(dictionary.csv, data.csv and mapping.csv), nor a single table. Zip one of "
            "these."
        ),
        file=name,
    )


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
