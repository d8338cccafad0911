"""The text of a file: UTF-8, without null characters, within the limits."""

import codecs

from django.utils.translation import gettext as _

from forms_app.imports.refused import refused

NULL = b"\0"


def decoded(content: bytes, name: str) -> str:
    """The text without its byte order mark. Raises Refusal, with the line, on what is no such text."""
    raw = content.removeprefix(codecs.BOM_UTF8)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        sentence = _("“{file}” is in UTF-16. Save the file as “CSV UTF-8”, and send it again.")
        raise refused("import_text", sentence, file=name)
    if NULL in raw:
        raise refused(
            "import_text",
            _("Line {line} of “{file}” holds a null character: the file is damaged, or no text."),
            file=name,
            line=_line(raw, raw.index(NULL)),
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            "import_text",
            _("Line {line} of “{file}” is not UTF-8. Save the file as “CSV UTF-8”, and send it again."),
            file=name,
            line=_line(raw, error.start),
        ) from None


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1
