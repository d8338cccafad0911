"""A value of a casebook as the text that stands in a file."""

from datetime import date, time
from typing import Any


def text(value: Any) -> str:
    """The text of a value that is not None: ISO dates, hours and minutes, codes with semicolons between."""
    match value:
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
        case list():
            return ";".join(value)
    return str(value)
