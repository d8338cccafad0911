from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape

from analytics.exports.dataset import Cells, Column, Dataset, Kind
from analytics.exports.formats import workbook
from analytics.exports.formats.workbook import sheet_names
from tests.analytics.exports.formats import nasty
from tests.analytics.exports.formats.small import (
    EMPTY,
    FULL,
    ONE_OF_EACH,
    OTHER,
    PARTICIPANT,
    Files,
    Small,
    files_of,
    table_of,
    table_of_texts,
)
from trial.refusals import Refusal


def moment(*parts: int) -> datetime:
    """As these formats have it, without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type, misc]


def opened(archive: Files) -> Workbook:
    return load_workbook(BytesIO(archive.written["data.xlsx"]))


def values(archive: Files, sheet: str) -> list[tuple[Any, ...]]:
    return list(opened(archive)[sheet].iter_rows(values_only=True))


@pytest.mark.requirement("FAS.formats")
def test_cells_have_types() -> None:
    head, full, empty, other = values(
        files_of(workbook.write, ONE_OF_EACH, [FULL, EMPTY, OTHER]), "each_kind"
    )
    assert head == tuple(column.name for column in ONE_OF_EACH.columns)
    assert full == (
        *("001-001", "sore", None, "DOUBLE INCLINOMETER", "3", "DOUBLE INCLINOMETER;GONIOMETER", -12, 181.5),
        *(0.125, moment(2026, 3, 31), "2019-05", time(14, 5), moment(2026, 3, 31, 12, 5, 9)),
    )
    assert empty == ("001-002", None, "Y", *[None] * 10)
    assert other[6:] == (
        *(32767, -0.05, -7, moment(2024, 2, 29), "2019", time(0, 0), moment(1999, 12, 31, 23, 59, 59)),
    )


def test_numbers_show_their_decimals_and_dates_their_year() -> None:
    sheet = opened(files_of(workbook.write, ONE_OF_EACH, [FULL]))["each_kind"]
    names = [column.name for column in ONE_OF_EACH.columns]
    shown = {name: cell.number_format for name, cell in zip(names, sheet[2], strict=True)}
    assert (shown["count"], shown["height"], shown["day"], shown["clock"]) == (
        *("0", "0.00"),
        *("yyyy-mm-dd", "hh:mm"),
    )


@settings(deadline=None)
@given(nasty.tables())
def test_no_text_is_altered_and_none_is_a_formula(rows: list[Cells]) -> None:
    """Altered text, dates turned, leading zeros lost, formulas run: a text is a cell of text."""
    sheet = opened(files_of(workbook.write, table_of_texts(), rows))["small"]
    cells = [row[1] for row in sheet.iter_rows(min_row=2, max_col=2)]
    assert [None if cell.value is None else unescape(str(cell.value)) for cell in cells] == [
        note for _code, note in rows
    ]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}


def test_a_long_number_keeps_its_digits() -> None:
    """Long numbers in E-notation: what a double would round is a text."""
    column = Column("n", "", Kind.WHOLE)
    rows: list[Cells] = [("123456789012345",), ("12345678901234567890",)]
    archive = files_of(workbook.write, table_of(column), rows)
    assert values(archive, "small")[1:] == [(123456789012345,), ("12345678901234567890",)]


def test_a_day_before_the_calendar_of_excel_is_a_text() -> None:
    column = Column("day", "", Kind.DATE)
    archive = files_of(workbook.write, table_of(column), [("1900-02-28",), ("1900-03-01",)])
    assert values(archive, "small")[1:] == [("1900-02-28",), (moment(1900, 3, 1),)]


def test_the_codebook_is_the_last_sheet() -> None:
    archive = files_of(workbook.write, ONE_OF_EACH, [FULL])
    book = opened(archive)
    assert book.sheetnames == ["each_kind", "Codebook"]
    head, *rows = values(archive, "Codebook")
    told = {row[head.index("column")]: dict(zip(head, row, strict=True)) for row in rows}
    assert list(told) == [column.name for column in ONE_OF_EACH.columns]
    assert (told["height"]["unit"], told["grade"]["codes"]) == ("cm", "0=None\n1=Mild\n3=Severe")


def test_a_text_that_no_cell_holds_is_refused_and_not_cut() -> None:
    fits: list[Cells] = [("001-001", "x" * 32_767)]
    assert values(files_of(workbook.write, table_of_texts(), fits), "small")[1] == fits[0]
    with pytest.raises(Refusal, match=r"Excel cannot hold .* “note”, row 2, .* 32768 long, .* 32767 fit"):
        files_of(workbook.write, table_of_texts(), [*fits, ("001-002", "x" * 32_766 + "😀")])


class Long(Small):
    """Says that it has more rows than it has."""

    def rows(self, dataset: Dataset) -> Iterator[Cells]:
        raise AssertionError("nothing is read of what does not fit")


@pytest.mark.parametrize(
    ("columns", "rows"), [((PARTICIPANT,), 1_048_576), ((PARTICIPANT,) * 16_385, 1)], ids=["rows", "columns"]
)
def test_more_than_a_sheet_holds_is_refused_with_what_to_take(columns: tuple[Column, ...], rows: int) -> None:
    """Rows silently missing: Excel drops what lies below its last row."""
    with pytest.raises(Refusal, match="Take CSV or Parquet") as refused:
        workbook.write(Long({Dataset("big", "Big", columns): []}, told=rows), Files())
    assert refused.value.kind.number == 730


def test_sheets_have_names_that_excel_takes() -> None:
    wanted = ["adverse_event", "a" * 31 + "b", "a" * 31 + "c", "CODEBOOK", "a/b:c"]
    assert sheet_names(wanted) == ["adverse_event", "a" * 31, "a" * 29 + "_2", "CODEBOOK_2", "a_b_c"]


def test_a_refusal_in_mid_sheet_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Files()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(Refusal):
        workbook.write(Small({table_of_texts(): [("1", "x"), ("2", "x" * 40_000)]}), archive)
    assert (archive.written, list(tmp_path.iterdir())) == ({}, [])


def test_an_empty_table_is_a_sheet_of_names() -> None:
    named = replace(ONE_OF_EACH, name="nobody")
    assert len(values(files_of(workbook.write, named, []), "nobody")) == 1


def test_a_file_says_when_its_data_were_read() -> None:
    book = opened(files_of(workbook.write, ONE_OF_EACH, []))
    assert book.properties.created.date() == date(2026, 11, 20)
