"""DICOM: a new file with the picture and its geometry, and nothing of whose it is."""

import logging
import math
import warnings
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from pydicom import config, uid
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.utils import get_expected_length
from pydicom.sequence import Sequence
from pydicom.valuerep import DSfloat

from forms_app.images import jpeg
from forms_app.images.limits import MOST_UNPACKED, check_pixels
from forms_app.images.vocabulary import CODES, EMPTY, NUMBERS, REGION_NUMBERS, REGIONS
from trial.refusals import Refusal

# What is wrong with a value is found out where it is read: values that are dropped need not be right.
config.settings.reading_validation_mode = config.IGNORE
# Its warnings quote what they complain about, and a log must name nobody.
logging.getLogger("pydicom").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="pydicom")

NATIVE = (uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian)
UNPACKED = (uid.RLELossless, uid.JPEG2000Lossless, uid.JPEG2000)
# Kept as they are coded, without their comments: a film of them would grow a hundredfold.
CODED = (
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEGLSNearLossless,
)
PALETTE = ("Red", "Green", "Blue")
METHOD = "Fascicle: picture and geometry kept, all else dropped"
WHOLE_NUMBERS = ("US", "SS", "UL", "SL", "IS")


def cleaned(content: bytes) -> bytes:
    """The same picture in a new file. Refused: a name burnt in, a coding that cannot be cleaned, damage."""
    try:
        return _cleaned(content)
    except Refusal:
        raise
    except Exception as error:  # a parser that is fed with hostile bytes may raise anything
        raise Refusal("image_damaged") from error


def _cleaned(content: bytes) -> bytes:
    found = read(content)
    if str(found.get("BurnedInAnnotation", "")).strip().upper() == "YES":
        raise Refusal("image_names")
    check_pixels(found.Columns, found.Rows)
    kept = _picture(found)
    syntax = _put_pixels(found, kept)
    _put_identity(found, kept)
    return _written(kept, syntax)


def read(content: bytes) -> pydicom.FileDataset:
    """The data set of a file. One that is deflated as a whole is refused before it could swell."""
    if uid.DeflatedExplicitVRLittleEndian.encode() in content:
        raise Refusal("image_coding")
    return pydicom.dcmread(BytesIO(content))


def _picture(found: Dataset) -> Dataset:
    """A new data set with the values that are kept, each read anew."""
    kept = Dataset()
    _copy_numbers(found, kept, NUMBERS)
    for name, codes in CODES.items():
        code = str(found.get(name, "")).strip()
        if code in codes:
            setattr(kept, name, code)
    regions = found.get(REGIONS)
    if regions:
        setattr(kept, REGIONS, Sequence([_region(region) for region in regions]))
    if "FrameTime" in kept and found.get("NumberOfFrames", 1) != 1:
        kept.FrameIncrementPointer = pydicom.tag.Tag("FrameTime")
    if kept.PhotometricInterpretation == "PALETTE COLOR":
        _copy_palette(found, kept)
    return kept


def _region(found: Dataset) -> Dataset:
    kept = Dataset()
    _copy_numbers(found, kept, REGION_NUMBERS)
    return kept


def _copy_numbers(found: Dataset, kept: Dataset, names: tuple[str, ...]) -> None:
    """Whatever type an element claims, it is kept as the numbers that the standard says it has."""
    for name in names:
        element = found.get_item(name) and found[name]
        if element is None or element.is_empty:
            continue
        values = element.value if element.VM > 1 else [element.value]
        numbers = [_number(dictionary_VR(name), value) for value in values]
        setattr(kept, name, numbers if len(numbers) > 1 else numbers[0])


def _number(representation: str, value: Any) -> Any:
    if representation in WHOLE_NUMBERS:
        return int(value)
    number = float(value)
    if not math.isfinite(number):
        raise Refusal("image_damaged")
    return DSfloat(number, auto_format=True) if representation == "DS" else number


def _copy_palette(found: Dataset, kept: Dataset) -> None:
    """The three tables of colours, as long as they say they are and not a byte longer."""
    for colour in PALETTE:
        name = f"{colour}PaletteColorLookupTable"
        entries, first, bits = (int(value) for value in found[f"{name}Descriptor"].value)
        size = (entries or 65536) * (bits // 8)
        table = bytes(found[f"{name}Data"].value)[:size]
        if bits not in (8, 16) or len(table) != size:
            raise Refusal("image_damaged")
        kept.add(DataElement(f"{name}Descriptor", "US", [entries, first, bits]))
        kept.add(DataElement(f"{name}Data", "OW", table))


def _put_pixels(found: pydicom.FileDataset, kept: Dataset) -> uid.UID:
    """Put the cleaned pixel data into the new data set; the answer is how they are coded now."""
    syntax = found.file_meta.TransferSyntaxUID
    if syntax in NATIVE:
        _put_native(kept, found.PixelData)
        return uid.ExplicitVRLittleEndian
    frames = _frames(found, kept)
    if syntax in CODED:
        bare = [jpeg.bare(frame, kept.Columns, kept.Rows) for frame in frames]
        kept.add(DataElement("PixelData", "OB", encapsulate(bare), is_undefined_length=True))
        return syntax
    if syntax not in UNPACKED:
        raise Refusal("image_coding")
    _unpack(found, kept, frames)
    return uid.ExplicitVRLittleEndian


def _frames(found: Dataset, kept: Dataset) -> list[bytes]:
    number = kept.get("NumberOfFrames", 1)
    frames = list(generate_frames(found.PixelData, number_of_frames=number))
    if len(frames) != number:
        raise Refusal("image_damaged")
    return frames


def _unpack(found: pydicom.FileDataset, kept: Dataset, frames: list[bytes]) -> None:
    size = get_expected_length(kept)
    # A coded frame is never much longer than its picture, or it unpacks to something else.
    if size > MOST_UNPACKED or any(len(frame) > size // len(frames) + size // 50 + 1024 for frame in frames):
        raise Refusal("image_too_many_pixels", most=MOST_UNPACKED // 1_000_000)
    found.decompress(as_rgb=False, generate_instance_uid=False)
    for name in (
        "PhotometricInterpretation",
        "PlanarConfiguration",
        "BitsAllocated",
        "BitsStored",
        "HighBit",
    ):
        if name in found:
            setattr(kept, name, found[name].value)
    _put_native(kept, found.PixelData)


def _put_native(kept: Dataset, pixels: bytes) -> None:
    """As many bytes as the picture has; bits above the stored ones, where overlays hid, are filled."""
    size = get_expected_length(kept)
    if kept.BitsAllocated not in (8, 16) or kept.HighBit != kept.BitsStored - 1 or len(pixels) < size:
        raise Refusal("image_damaged")
    exact = pixels[:size]
    if spare := kept.BitsAllocated - kept.BitsStored:
        letter = "i" if kept.PixelRepresentation else "u"
        values = np.frombuffer(exact, dtype=f"<{letter}{kept.BitsAllocated // 8}")
        exact = ((values << spare) >> spare).tobytes()
    representation = "OB" if kept.BitsAllocated == 8 else "OW"
    kept.add(DataElement("PixelData", representation, exact + b"\0" * (size % 2)))


def _put_identity(found: Dataset, kept: Dataset) -> None:
    """New unique identifiers, empty names and dates, and the statement of what was done."""
    kept.SOPClassUID = _known_class(found)
    for name in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(kept, name, uid.generate_uid(prefix=None))
    for name in EMPTY:
        setattr(kept, name, "")
    kept.PatientIdentityRemoved = "YES"
    kept.DeidentificationMethod = METHOD
    kept.LongitudinalTemporalInformationModified = "REMOVED"


def _known_class(found: Dataset) -> uid.UID:
    """The kind of picture; one that the standard does not name could be anything."""
    stated = uid.UID(str(found.SOPClassUID))
    if stated.is_private or stated.type != "SOP Class":
        raise Refusal("image_damaged")
    return stated


def _written(kept: Dataset, syntax: uid.UID) -> bytes:
    kept.file_meta = FileMetaDataset()
    kept.file_meta.TransferSyntaxUID = syntax
    content = BytesIO()
    # The standard's own preamble of zeros: what stood there before may have been another file.
    pydicom.dcmwrite(content, kept, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return content.getvalue()
