"""Text that people type: which of it can be stored."""

import unicodedata

from django.utils.translation import gettext as _

LINE_BREAKS = "\t\n\r"


def problem(text: str, longest: int) -> str | None:
    """Why a text cannot be stored, as a sentence; None when it can.

    PostgreSQL takes neither a null character nor half a surrogate pair, XML no control character.
    """
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in LINE_BREAKS for each in text):
        return _("Remove the control character from the text.")
    if len(text) > longest:
        return _("Shorten the text to {longest} characters; it has {length}.").format(
            longest=longest, length=len(text)
        )
    return None
