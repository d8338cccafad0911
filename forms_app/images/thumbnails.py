"""A small PNG of a stored image. Made anew each time, so it never shows anything but the file."""

from io import BytesIO

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixels.processing import (
    apply_color_lut,
    apply_modality_lut,
    apply_windowing,
    convert_color_space,
)
from pydicom.pixels.utils import pixel_array

from forms_app.images import dicom, raster
from forms_app.images.kinds import DICOM

LONGEST_SIDE = 360


def thumbnail(content: bytes, media_type: str) -> bytes | None:
    """The picture, of a film the first frame, at most 360 pixels a side; None when we cannot draw it."""
    picture = (
        _first_frame(content) if media_type == DICOM else raster.opened(content, raster.FORMATS[media_type])
    )
    if picture is None:
        return None
    if picture.mode == "I;16":
        picture = _stretched(np.asarray(picture))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _first_frame(content: bytes) -> Image.Image | None:
    """The first frame of a cleaned file. Lossless JPEG, say, needs a decoder that is not here."""
    try:
        found = dicom.read(content)
        frame = pixel_array(found, index=0, raw=True)
        return _coloured(found, frame) if frame.ndim == 3 else _grey(found, frame)
    except Exception:  # decoders say in many ways that they cannot
        return None


def _coloured(found: Dataset, frame: np.ndarray) -> Image.Image:
    if found.PhotometricInterpretation.startswith("YBR_FULL"):
        frame = convert_color_space(frame, "YBR_FULL", "RGB")
    return Image.fromarray(frame.astype(np.uint8))


def _grey(found: Dataset, frame: np.ndarray) -> Image.Image:
    if found.PhotometricInterpretation == "PALETTE COLOR":
        coloured = apply_color_lut(frame, found)
        return Image.fromarray((coloured >> 8 if coloured.dtype == np.uint16 else coloured).astype(np.uint8))
    values = apply_windowing(apply_modality_lut(frame, found), found)
    picture = _stretched(values)
    return (
        Image.fromarray(255 - np.asarray(picture))
        if found.PhotometricInterpretation == "MONOCHROME1"
        else picture
    )


def _stretched(values: np.ndarray) -> Image.Image:
    """Grey from the darkest value to the brightest."""
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) * (255 / (high - low or 1))
    return Image.fromarray(scaled.astype(np.uint8))
