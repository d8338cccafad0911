"""A table as a data frame in memory, for the programs whose files are written from one.

Numbers are doubles; dates, times and moments are numbers since the day from which the program counts, and
`formats` tell it to show them as what they are. No text is None: these programs know only the empty one.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from math import nan
from typing import Any

import pandas as pd

from analytics.exports.dataset import Cell, Cells, Column, Dataset, Kind
from analytics.exports.tabular.names import Naming, shortened
from analytics.exports.tabular.refused import ends_in_space, too_long, too_many_digits
from analytics.exports.tabular.typed import typed
from trial.refusals import Refusal

# All cells are in memory at once.
MOST_CELLS = 5_000_000
EXACT_DIGITS = 15
NUMBERS = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.DATE, Kind.TIME, Kind.MOMENT})


@dataclass(frozen=True)
class Program:
    """What the files of a program take.

    `label` is the most bytes of the label of a column, `text` the most of a text, None without a limit.
    `keeps_spaces` is whether a space at the end of a text survives. Days since `epoch` are counted in `day`,
    times in `second`. `numbers_codes` is whether labels belong to numbers alone: codes are numbered then.
    """

    name: str
    naming: Naming
    label: int
    text: int | None
    keeps_spaces: bool
    epoch: date
    day: int
    second: int
    formats: Mapping[Kind, str]
    numbers_codes: bool = False


@dataclass
class Frame:
    """The table in memory, by the names, labels and formats of the program."""

    data: pd.DataFrame
    names: dict[str, str]
    labels: dict[str, str]
    formats: dict[str, str]
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)

    def by_name(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What is told of columns, under the names that they have in the file."""
        return {self.names[name]: value for name, value in told.items()}


def check_size(dataset: Dataset, rows: int, program: Program) -> None:
    """Refuse a table of so many rows when it is too large to be held in memory."""
    cells = rows * len(dataset.columns)
    if cells > MOST_CELLS:
        raise Refusal("export_memory", program=program.name, table=dataset.name, most=MOST_CELLS, cells=cells)


def frame(dataset: Dataset, rows: Iterable[Cells], program: Program) -> Frame:
    """All rows of the table. Refused when the program would alter one of the values."""
    names = program.naming.names(column.name for column in dataset.columns)
    numbers = {column.name: numbered(column) for column in dataset.columns if _is_numbered(column, program)}
    columns = [Values(column, program, numbers.get(column.name)) for column in dataset.columns]
    for place, row in enumerate(rows, start=1):
        for cell, values in zip(row, columns, strict=True):
            values.add(cell, place)
    return Frame(
        data=pd.DataFrame({names[values.column.name]: values.series() for values in columns}),
        names=names,
        labels={column.name: shortened(_label(column), program.label) for column in dataset.columns},
        formats={
            column.name: program.formats[column.kind]
            for column in dataset.columns
            if column.kind in program.formats
        },
        numbers=numbers,
    )


def numbered(column: Column) -> dict[str, int]:
    """The number of each code: itself when all of them are numbers, otherwise their places from 1 on."""
    codes = [code for code, _label in column.codes]
    if all(code.isascii() and code.isdigit() and str(int(code)) == code for code in codes):
        return {code: int(code) for code in codes}
    return {code: place for place, code in enumerate(codes, start=1)}


class Values:
    """The values of one column as they come."""

    def __init__(self, column: Column, program: Program, numbers: dict[str, int] | None) -> None:
        self.column = column
        self._program = program
        self._numbers = numbers
        self._numeric = numbers is not None or column.kind in NUMBERS
        self._doubles = array("d")
        self._texts: list[str] = []
        self._pool: dict[str, str] = {}

    def add(self, cell: Cell, row: int) -> None:
        if self._numeric:
            self._doubles.append(nan if cell is None else self._number(cell, row))
        else:
            self._texts.append("" if cell is None else self._text(cell, row))

    def series(self) -> "pd.Series[Any]":
        if self._numeric:
            return pd.Series(self._doubles, dtype="float64")
        return pd.Series(self._texts, dtype="str")

    def _number(self, cell: str, row: int) -> float:
        if self._numbers is not None:
            # A code that is in no list any more is numbered behind the others.
            return self._numbers.setdefault(cell, max(self._numbers.values(), default=0) + 1)
        value: Any = typed(cell, self.column)
        count = COUNTED.get(self.column.kind)
        if count is not None:
            return count(value, self._program)
        if sum(map(str.isdigit, cell)) > EXACT_DIGITS:
            raise too_many_digits(self._program.name, self.column.name, row)
        return float(value)

    def _text(self, cell: str, row: int) -> str:
        length, program = len(cell.encode()), self._program
        if program.text is not None and length > program.text:
            raise too_long(program.name, self.column.name, row, length, program.text)
        if cell.endswith(" ") and not program.keeps_spaces:
            raise ends_in_space(program.name, self.column.name, row)
        # The same few texts come again and again: each is kept once.
        return self._pool.setdefault(cell, cell)


def _is_numbered(column: Column, program: Program) -> bool:
    return program.numbers_codes and column.kind is Kind.CODE and bool(column.codes)


def _label(column: Column) -> str:
    return f"{column.label} [{column.unit}]" if column.unit else column.label


def _day(value: Any, program: Program) -> int:
    days: int = (value - program.epoch).days
    return days * program.day


def _time(value: time, program: Program) -> int:
    return (value.hour * 3600 + value.minute * 60 + value.second) * program.second


def _moment(value: datetime, program: Program) -> float:
    epoch = datetime(program.epoch.year, program.epoch.month, program.epoch.day, tzinfo=UTC)
    return (value - epoch).total_seconds() * program.second


COUNTED: dict[Kind, Callable[[Any, Program], float]] = {
    Kind.DATE: _day,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
}
