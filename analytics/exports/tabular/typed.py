"""The text of a cell as a value."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from analytics.exports.dataset import Cell, Column, Kind

Typed = str | int | Decimal | date | datetime | time | list[str] | None

READ: dict[Kind, Callable[[str], Typed]] = {
    Kind.TEXT: str,
    Kind.CODE: str,
    Kind.CODES: lambda text: text.split(";"),
    Kind.WHOLE: int,
    Kind.DECIMAL: Decimal,
    Kind.DATE: date.fromisoformat,
    Kind.PARTIAL_DATE: str,
    Kind.TIME: time.fromisoformat,
    Kind.MOMENT: datetime.fromisoformat,
}


def typed(cell: Cell, column: Column) -> Typed:
    """The value that the cell tells, None where there is none; a moment knows its time zone, UTC.

    Raises ValueError, or ArithmeticError of a number, when the text is none of the kind of the column.
    """
    return None if cell is None else READ[column.kind](cell)
