"""From the bytes that somebody sent to the bytes that are kept."""

from dataclasses import dataclass

from forms_app.images import raster
from forms_app.images.kinds import DICOM, kind


@dataclass(frozen=True)
class Clean:
    """An image that names nobody, but for what its pixels show."""

    media_type: str
    content: bytes


def cleaned(content: bytes) -> Clean:
    """Tell what a file is, and write it anew without whatever names somebody; or refuse it."""
    media_type = kind(content)
    if media_type == DICOM:
        # Half a second, for which only who sends such a file has to wait, and no start of the web.
        from forms_app.images import dicom

        return Clean(media_type, dicom.cleaned(content))
    return Clean(media_type, raster.cleaned(content, media_type))
