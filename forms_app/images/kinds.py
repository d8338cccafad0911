"""What a file is, by its content."""

from trial.refusals import Refusal

PNG = "image/png"
JPEG = "image/jpeg"
DICOM = "application/dicom"

SUFFIXES = {PNG: ".png", JPEG: ".jpg", DICOM: ".dcm"}

# Where the mark of a format stands, and the mark. A DICOM file begins with 128 bytes of anybody's choice.
MARKS = ((PNG, 0, b"\x89PNG\r\n\x1a\n"), (JPEG, 0, b"\xff\xd8\xff"), (DICOM, 128, b"DICM"))


def kind(content: bytes) -> str:
    """The media type. Refused: what has no mark of ours, and what has two and would be read in two ways."""
    found = [name for name, place, mark in MARKS if content[place : place + len(mark)] == mark]
    if len(found) != 1:
        raise Refusal("image_unknown")
    return found[0]
