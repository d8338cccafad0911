"""How large a picture may become once it is decoded, whatever its file says."""

from trial.refusals import Refusal

# A digital radiograph has about 9 million, a screen of an ultrasound machine below one million.
MOST_PIXELS = 40_000_000
# All frames of a film together, where they have to be unpacked to be cleaned.
MOST_UNPACKED = 128 * 1024 * 1024


def check_pixels(width: int, height: int) -> None:
    """Raise Refusal when a picture of this size would be a burden; asked before anything is decoded."""
    if width < 1 or height < 1:
        raise Refusal("image_damaged")
    if width * height > MOST_PIXELS:
        raise Refusal("image_too_many_pixels", most=MOST_PIXELS // 1_000_000)
