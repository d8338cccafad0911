"""Text that people type: which of it can be stored."""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

LINE_BREAKS = "\t\n\r"

# What takes up no ink: spaces, control and format characters, fillers, selectors of variants. The same class,
# in the same letters, stands in `require_reason.sql`.
INVISIBLE: Final = (
    r"\s\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
VISIBLE: Final = re.compile(f"[^{INVISIBLE}]")


def problem(text: str, longest: int) -> str | None:
    """Why a text cannot be stored, as a sentence; None when it can.

    PostgreSQL takes neither a null character nor half a surrogate pair, XML no control character.
    """
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in LINE_BREAKS for each in text):
        return _("Remove the control character from the text.")
    if text and not VISIBLE.search(text):
        return _("Write something that can be read: these characters are invisible.")
    if len(text) > longest:
        return _("Shorten the text to {longest} characters; it has {length}.").format(
            longest=longest, length=len(text)
        )
    return None
