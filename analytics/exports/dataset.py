"""What a file of data holds, told without a database: columns with their types, labels and codes.

A cell is the text by which the value is written, None where there is no value: ISO 8601 dates, times to the
minute, moments in UTC with a Z, numbers with a decimal point, codes; several codes with a semicolon between
them. Each format turns a cell into a value of its own by the kind of the column.
"""

from dataclasses import dataclass, field
from enum import StrEnum

Cell = str | None
Cells = tuple[Cell, ...]


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    WHOLE = "whole number"
    DECIMAL = "decimal number"
    DATE = "date"
    PARTIAL_DATE = "partial date"
    TIME = "time"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """One column. `codes` are the (code, label) of a CODE or CODES column, in their order, in English.

    `form`, `group` and `item` say where it comes from, empty for what belongs to no item; `missing_of` is the
    name of the column whose missing code it holds. `places` are the decimals of a DECIMAL, `length` is the
    most characters a TEXT may have, None where nothing limits it.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    places: int | None = None
    length: int | None = None
    form: str = ""
    group: str = ""
    item: str = ""
    cdisc: str = ""
    missing_of: str = ""


@dataclass(frozen=True)
class Dataset:
    """One table of an export: a file of its own, or a sheet. `key` are the columns that name a row."""

    name: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = field(default=())
