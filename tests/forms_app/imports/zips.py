"""Zips as an export or a person makes them."""

import io
import json
import zipfile


def zipped(files: dict[str, bytes]) -> bytes:
    """The files in a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def exported(files: dict[str, bytes], **options: object) -> bytes:
    """The same as an export, with the choices that its manifest tells."""
    return zipped({**files, "manifest.json": json.dumps({"choices": options}).encode()})
