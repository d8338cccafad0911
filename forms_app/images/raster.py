"""PNG and JPEG: opened within limits, and written anew from their pixels alone."""

from io import BytesIO

from PIL import Image, ImageOps

from forms_app.images.kinds import JPEG, PNG
from forms_app.images.limits import check_pixels
from trial.refusals import Refusal

FORMATS = {PNG: "PNG", JPEG: "JPEG"}
# Palettes, bitmaps and the colours of print become what every browser shows.
MODES = {"1": "L", "P": "RGBA", "PA": "RGBA", "LA": "RGBA", "CMYK": "RGB", "YCbCr": "RGB", "I": "I;16"}
QUALITY = 95


def cleaned(content: bytes, media_type: str) -> bytes:
    """The same picture as a new file: no metadata, no text, nothing behind its end.

    The orientation that metadata asked for is applied to the pixels before it goes.
    """
    picture = ImageOps.exif_transpose(opened(content, FORMATS[media_type]))
    picture = picture.convert(MODES.get(picture.mode, picture.mode))
    # A new image has none of the old one's `info`, which a writer may put into the file.
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    written = BytesIO()
    if media_type == JPEG:
        bare.save(written, "JPEG", quality=QUALITY, subsampling=0)
    else:
        bare.save(written, "PNG")
    return written.getvalue()


def opened(content: bytes, format: str) -> Image.Image:
    """The decoded picture. Refused: too many pixels, and whatever cannot be decoded to its end."""
    try:
        _verify(content, format)
        picture = Image.open(BytesIO(content), formats=[format])
        picture.load()
    except Refusal:
        raise
    except Exception as error:  # a decoder that is fed with hostile bytes may raise anything
        raise Refusal("image_damaged") from error
    return picture


def _verify(content: bytes, format: str) -> None:
    with Image.open(BytesIO(content), formats=[format]) as picture:
        check_pixels(*picture.size)
        picture.verify()
