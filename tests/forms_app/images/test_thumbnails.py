from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import uid

from forms_app.images.cleaning import cleaned
from forms_app.images.kinds import DICOM
from forms_app.images.thumbnails import thumbnail
from tests.forms_app.images import made


def small(content: bytes) -> Image.Image:
    clean = cleaned(content)
    picture = thumbnail(clean.content, clean.media_type)
    assert picture is not None
    return Image.open(BytesIO(picture))


def coloured(photometric: str) -> bytes:
    tables: dict[str, Any] = {
        f"{colour}PaletteColorLookupTable{part}": value
        for colour in ("Red", "Green", "Blue")
        for part, value in (("Descriptor", [256, 0, 8]), ("Data", bytes(range(256))))
    }
    if photometric == "PALETTE COLOR":
        return made.dicom(PhotometricInterpretation=photometric, **tables)
    pixels = np.asarray(made.ramp().convert("YCbCr" if photometric == "YBR_FULL" else "RGB")).tobytes()
    return made.dicom(
        PhotometricInterpretation=photometric, SamplesPerPixel=3, PlanarConfiguration=0, PixelData=pixels
    )


@pytest.mark.parametrize("content", [made.png(made.ramp(900, 300)), made.jpeg(made.ramp(900, 300))])
def test_a_large_picture_becomes_small(content: bytes) -> None:
    assert small(content).size == (360, 120)


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL"])
def test_each_way_to_colour_shows_the_same_picture(photometric: str) -> None:
    content = made.dicom() if photometric == "MONOCHROME2" else coloured(photometric)
    shown = np.asarray(small(content).convert("L"), dtype=int)
    assert np.abs(shown - np.asarray(made.ramp().convert("L"), dtype=int)).max() <= 3


def test_dark_is_bright_where_the_file_says_so() -> None:
    shown = np.asarray(small(made.dicom(PhotometricInterpretation="MONOCHROME1")), dtype=int)
    assert shown[0, 0] == 255
    assert shown[0, -1] == 0


def test_a_window_is_applied() -> None:
    values = np.tile(np.arange(40, dtype="<u2") * 100, (30, 1))
    content = made.dicom(
        BitsAllocated=16,
        BitsStored=12,
        HighBit=11,
        WindowCenter=1000,
        WindowWidth=200,
        PixelData=values.tobytes(),
    )
    shown = np.asarray(small(content), dtype=int)
    assert shown[0, 8] == 0
    assert shown[0, 12] == 255


def test_the_first_frame_of_a_film_stands_for_it() -> None:
    frames = np.stack([np.asarray(made.ramp().convert("L")), np.zeros((30, 40), np.uint8)])
    content = made.dicom(NumberOfFrames=2, FrameTime=40, PixelData=frames.tobytes())
    assert np.asarray(small(content)).max() == 255
    kept = made.read(cleaned(content).content)
    assert (kept.NumberOfFrames, kept.FrameTime) == (2, 40)


def test_what_needs_a_decoder_that_is_not_here_has_no_picture_and_is_stored() -> None:
    frame = made.jpeg(made.ramp().convert("L"))
    lossless = frame.replace(b"\xff\xc0", b"\xff\xc3", 1)
    clean = cleaned(made.encapsulated(lossless, uid.JPEGLosslessSV1))
    assert not made.names_in(clean.content)
    assert thumbnail(clean.content, DICOM) is None
