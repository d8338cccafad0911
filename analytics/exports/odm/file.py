"""A file of ODM: the clinical data are written first, aside, because what stands before them in the file
tells of people and places that are only known then."""

import shutil
import tempfile
from collections.abc import Callable
from typing import BinaryIO

from django.utils import translation

from analytics.exports.odm import names
from analytics.exports.odm.elements import Elements
from analytics.exports.odm.people import People
from analytics.exports.source import Source

CLINICAL_DATA = {"StudyOID": names.STUDY_OID, "MetaDataVersionOID": names.VERSION_OID}

WriteData = Callable[[Elements, People], None]
WriteHead = Callable[[Elements, People], None]


def write(
    file: BinaryIO,
    root: dict[str, str],
    data: WriteData,
    head: WriteHead,
    elements: type[Elements] = Elements,
) -> None:
    """Write the document: `data` the clinical data, then before them `head` the metadata and the people."""
    people = People(made_on=root["CreationDateTime"][:10])
    with translation.override("en"), tempfile.TemporaryFile() as aside:
        data(elements(aside), people)
        aside.seek(0)
        out = elements(file)
        out.declare()
        with out.element("ODM", root):
            head(out, people)
            with out.element("ClinicalData", CLINICAL_DATA):
                shutil.copyfileobj(aside, file)


def root(source: Source, namespace: str, version: str, kind: str) -> dict[str, str]:
    """The attributes of the element ODM."""
    occasion = source.occasion
    return {
        "xmlns": namespace,
        "ODMVersion": version,
        "FileType": kind,
        "FileOID": f"{names.STUDY_OID}.{kind}.{occasion.made_at:%Y%m%dT%H%M%S%fZ}",
        "CreationDateTime": occasion.made_at.isoformat(),
        "Originator": occasion.by,
        "SourceSystem": "Fascicle",
        "SourceSystemVersion": occasion.software,
    }
