"""Excel: a sheet for each table, with typed cells, and the codebook as the last sheet.

Rows go to disk one by one. A cell is a number or a date only where the file gives back just that: a longer
number, or a date before Excel's calendar begins, is a text of the same letters. A text is never a formula.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from analytics.exports.dataset import Cells, Column, Dataset, Kind
from analytics.exports.format import Archive
from analytics.exports.source import Source
from analytics.exports.tabular import codebook
from analytics.exports.tabular.codebook import HEAD, Written, described
from analytics.exports.tabular.counted import counted, tables
from analytics.exports.tabular.refused import too_long
from analytics.exports.tabular.staged import staged
from trial.refusals import Refusal

FILE = "data.xlsx"
# The second row of a sheet is the first of data.
ROWS, COLUMNS, TEXT = 1_048_575, 16_384, 32_767
SHEET_NAME = 31
# A double holds so many digits of any number.
EXACT_DIGITS = 15
# Excel takes 1900 for a leap year: its days are right from March on.
FIRST_DAY = date(1900, 3, 1)

# What XML cannot hold, what its readers turn into a line feed, and what looks like the escape itself.
ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write(source: Source, archive: Archive) -> None:
    """The workbook, and the codebook beside it. Refused when a sheet cannot hold a table."""
    found = tables(source)
    for dataset, rows in found.items():
        _check_size(dataset, rows)
    written = [Written(dataset, FILE) for dataset in found]
    with staged(archive, FILE, rows=sum(found.values())) as path, _book() as book:
        book.properties.created = source.occasion.made_at.astimezone(UTC).replace(tzinfo=None)
        names = sheet_names([dataset.name for dataset in found])
        for (dataset, rows), name in zip(found.items(), names, strict=True):
            _sheet(book, name, dataset, counted(source, dataset, rows, archive))
        _codebook_sheet(book, written)
        book.save(path)
    codebook.write(source, archive, written)


@contextmanager
def _book() -> Iterator[Workbook]:
    """A workbook whose rows go to disk. When it fails they are not left there."""
    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            sheet.close()
            sheet._writer.cleanup()  # type: ignore[attr-defined]  # its file, which nobody else deletes
        raise


def escaped(text: str) -> str:
    """The text as a cell holds it: what XML cannot say as _xHHHH_, which Excel shows as the character."""
    return ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """A name for each sheet: of at most 31 characters, none twice, and none the codebook's."""
    given = ["Codebook"]
    for name in wanted:
        legal = re.sub(r"[\[\]:*?/\\']", "_", name)[:SHEET_NAME]
        free, number = legal, 1
        while free.lower() in {each.lower() for each in given}:
            number += 1
            free = f"{legal[: SHEET_NAME - len(str(number)) - 1]}_{number}"
        given.append(free)
    return given[1:]


def _check_size(dataset: Dataset, rows: int) -> None:
    columns = len(dataset.columns)
    if rows > ROWS or columns > COLUMNS:
        raise Refusal(
            "export_sheet", table=dataset.name, rows=rows, columns=columns, most=ROWS, most_columns=COLUMNS
        )


def _sheet(book: Workbook, name: str, dataset: Dataset, rows: Iterator[Cells]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, column.name) for column in dataset.columns])
    for number, row in enumerate(rows, start=1):
        sheet.append(
            [
                None if cell is None else _cell(sheet, cell, column, number)
                for cell, column in zip(row, dataset.columns, strict=True)
            ]
        )


def _codebook_sheet(book: Workbook, written: Sequence[Written]) -> None:
    sheet = book.create_sheet("Codebook")
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, name) for name in HEAD])
    for each in described(written):
        sheet.append([_text(sheet, escaped(str(value))) for value in astuple(each)])


def _cell(sheet: WriteOnlyWorksheet, text: str, column: Column, row: int) -> Any:
    typed = CELLS.get(column.kind, _as_text)(text, column)
    if typed is None:
        return _text(sheet, _held(text, column, row))
    value, shown = typed
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = shown
    return cell


def _held(text: str, column: Column, row: int) -> str:
    """The text, escaped. Refused when a cell cannot hold all of it, rather than cut."""
    held = escaped(text)
    length = len(held.encode("utf-16-le")) // 2
    if length > TEXT:
        raise too_long("Excel", column.name, row, length, TEXT)
    return held


def _text(sheet: WriteOnlyWorksheet, text: str) -> Any:
    """A text as a cell of text: neither a formula nor one of Excel's errors, whatever it begins with."""
    if not text.startswith("=") and text not in ERROR_CODES:
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _whole(text: str, column: Column) -> Any:
    return (int(text), "0") if len(text.lstrip("-")) <= EXACT_DIGITS else None


def _decimal(text: str, column: Column) -> Any:
    number = Decimal(text)
    shown = "General" if column.places is None else f"{0:.{column.places}f}"
    return (number, shown) if len(number.as_tuple().digits) <= EXACT_DIGITS else None


def _date(text: str, column: Column) -> Any:
    day = date.fromisoformat(text)
    return (day, "yyyy-mm-dd") if day >= FIRST_DAY else None


def _time(text: str, column: Column) -> Any:
    return time.fromisoformat(text), "hh:mm"


def _moment(text: str, column: Column) -> Any:
    moment = datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
    exact = moment.microsecond == 0 and moment.date() >= FIRST_DAY
    return (moment, "yyyy-mm-dd hh:mm:ss") if exact else None


def _as_text(text: str, column: Column) -> Any:
    return None


# A value and the format in which Excel shows it; None of what stays a text.
CELLS: dict[Kind, Callable[[str, Column], Any]] = {
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
}
