"""Synthetic images, and files that are made to do harm."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

NAME = "Synthetica^Zebrafish"
# The same person as different fields write her.
NAMES = (NAME, "Synthetica", "Zebrafish", "ZBR-4711", "19610203", "Doctor Quagga", "Okapi Hospital")
US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"


def ramp(width: int = 40, height: int = 30) -> Image.Image:
    across = np.linspace(0, 255, width, dtype=np.uint8)
    return Image.fromarray(np.dstack([np.tile(across, (height, 1))] * 3))


def png(picture: Image.Image | None = None) -> bytes:
    """A PNG that names somebody in its text, its EXIF data and behind its end."""
    said = PngInfo()
    said.add_text("Patient", NAME)
    said.add_itxt("Comment", NAME, zip=True)
    exif = Image.Exif()
    exif[0x010E] = NAME
    return _saved(picture or ramp(), "PNG", pnginfo=said, exif=exif) + NAME.encode()


def jpeg(picture: Image.Image | None = None, **options: Any) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = NAME
    return _saved(picture or ramp(), "JPEG", exif=exif, comment=NAME.encode(), **options) + NAME.encode()


def _saved(picture: Image.Image, format: str, **options: Any) -> bytes:
    written = BytesIO()
    picture.save(written, format, **options)
    return written.getvalue()


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to gigabytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def dicom(syntax: str = uid.ExplicitVRLittleEndian, **more: Any) -> bytes:
    """An ultrasound picture that names somebody wherever a file can."""
    return file(dataset(**more), syntax)


def dataset(**more: Any) -> Dataset:
    made = Dataset()
    made.SOPClassUID = US_IMAGE
    made.SOPInstanceUID = "1.2.3.4711"
    made.StudyInstanceUID = made.SeriesInstanceUID = made.FrameOfReferenceUID = "1.2.3.4712"
    made.PatientName, made.PatientID, made.PatientBirthDate = NAME, "ZBR-4711", "19610203"
    made.OtherPatientNames = made.PatientComments = made.ImageComments = NAME
    made.ReferringPhysicianName = made.OperatorsName = made.PerformingPhysicianName = "Doctor Quagga"
    made.InstitutionName, made.StationName = "Okapi Hospital", "Okapi Hospital"
    made.StudyDate = made.ContentDate = "20260203"
    made.StudyDescription = made.DerivationDescription = NAME
    made.RequestAttributesSequence = Sequence([_nested(_nested(_nested(None)))])
    made.SequenceOfUltrasoundRegions = Sequence([_region()])
    private = made.private_block(0x0009, "OKAPI", create=True)
    private.add_new(0x01, "LO", NAME)
    private.add_new(0x02, "SQ", Sequence([_nested(None)]))
    made.add_new((0x6000, 0x4000), "LT", NAME)
    made.add_new((0x6000, 0x3000), "OW", NAME.encode())
    made.Modality = "US"
    made.Rows, made.Columns, made.SamplesPerPixel = 30, 40, 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit, made.PixelRepresentation = 7, 0
    made.PixelSpacing = [0.5, 0.25]
    made.PixelData = np.asarray(ramp().convert("L")).tobytes() + NAME.encode()
    for name, value in more.items():
        setattr(made, name, value)
    return made


def _nested(inner: Dataset | None) -> Dataset:
    made = Dataset()
    made.PatientName, made.RequestingPhysician = NAME, "Doctor Quagga"
    made.private_block(0x0011, "OKAPI", create=True).add_new(0x01, "UN", NAME.encode())
    if inner is not None:
        made.ReferencedPatientSequence = Sequence([inner])
    return made


def _region() -> Dataset:
    made = _nested(None)
    made.PhysicalDeltaX = made.PhysicalDeltaY = 0.01
    made.RegionLocationMaxX1 = 39
    return made


def file(made: Dataset, syntax: str = uid.ExplicitVRLittleEndian) -> bytes:
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = uid.UID(syntax)
    made.file_meta.SourceApplicationEntityTitle = "ZBR-4711"
    made.preamble = NAME.encode().ljust(128, b"!")
    written = BytesIO()
    made.save_as(
        written,
        implicit_vr=syntax == uid.ImplicitVRLittleEndian,
        little_endian=True,
        enforce_file_format=True,
    )
    return written.getvalue()


def encapsulated(frame: bytes, syntax: str, **more: Any) -> bytes:
    """A file whose picture is coded; `frame` is the coded picture."""
    made = dataset(**more)
    made.PixelData = encapsulate([frame])
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    return file(made, syntax)


def read(content: bytes) -> pydicom.FileDataset:
    return pydicom.dcmread(BytesIO(content))


def names_in(content: bytes) -> list[str]:
    """Which of the names stand in a file, in any usual writing."""
    codings = ("utf-8", "utf-16-le", "utf-16-be")
    return [name for name in NAMES if any(name.encode(coding) in content for coding in codings)]
