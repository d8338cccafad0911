"""Documents held against the schemas of CDISC, by instruments that are not ours."""

from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from odmlib.odm_parser import ODMSchemaValidator


def valid_odm(content: bytes, version: str) -> ElementTree.Element:
    """The root of a document in ODM of this version; an error when it breaks the schema."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "odm.xml"
        path.write_bytes(content)
        validator = ODMSchemaValidator(standard="odm", version=version)
        validator.validate_file(str(path))  # type: ignore[no-untyped-call]
    return ElementTree.fromstring(content)
