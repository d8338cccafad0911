"""Cells that can be read in two ways: which mark stands before decimals, and what may stand for no value."""

import re
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from trial.crf.codelists import MISSING
from trial.crf.items import Item


class DecimalMark(StrEnum):
    """What stands before the decimals of a number: nothing is decided, a point, a comma."""

    UNDECIDED = ""
    POINT = "point"
    COMMA = "comma"


OTHER: Final = {DecimalMark.POINT: ",", DecimalMark.COMMA: "."}
EXPONENT: Final = re.compile(r"[+-]?[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+")
# A comma before three digits may stand before decimals, or between thousands.
TWO_WAYS: Final = re.compile(r"[+-]?[0-9]+(,[0-9]{3})+")
# What other programs write for no value.
NO_VALUE: Final = frozenset((".", "NA", "N/A", "#N/A", "NULL", "NAN"))


def problem(cell: str, item: Item, mark: DecimalMark) -> str:
    """What keeps the cell from being read in one way only, and what to do; "" when nothing does."""
    text = cell.strip()
    if text.upper() in NO_VALUE and not item.codelist:
        return _(
            "“{cell}” may stand for no value. Leave the cell empty, and say why beside it by a code: {codes}."
        ).format(cell=text, codes=", ".join(MISSING.codes))
    if not item.numeric:
        return ""
    if EXPONENT.fullmatch(text):
        return _("A spreadsheet wrote “{cell}” and may have lost digits. Write all of them.").format(
            cell=text
        )
    if mark is DecimalMark.UNDECIDED and TWO_WAYS.fullmatch(text):
        return _(
            "“{cell}” can be read in two ways. Say, with the columns, whether decimals stand behind a comma "
            "or a point."
        ).format(cell=text)
    if mark in OTHER and OTHER[mark] in text:
        return _(
            "“{cell}” has a “{other}”, which is said not to stand before decimals. Write the number without "
            "it, or say otherwise with the columns."
        ).format(cell=text, other=OTHER[mark])
    return ""


def read(cell: str, item: Item | None, mark: DecimalMark) -> str:
    """The cell as the item reads it."""
    return cell.replace(",", ".") if mark is DecimalMark.COMMA and item and item.numeric else cell
