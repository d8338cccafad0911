"""Cells that a spreadsheet would run."""

import re

# A spreadsheet would run these as a formula; a number with its sign is none and stays a number.
FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
NUMBER = r"^[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$"


def safe(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if re.search(FORMULA, text) and not re.search(NUMBER, text) else text
