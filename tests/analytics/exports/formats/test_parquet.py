import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO

import pyarrow as pa
import pytest
from hypothesis import given, settings
from pyarrow import parquet as arrow

from analytics.exports.dataset import Cells, Column, Kind
from analytics.exports.formats import parquet
from tests.analytics.exports.formats import nasty
from tests.analytics.exports.formats.small import (
    EMPTY,
    FULL,
    ONE_OF_EACH,
    Files,
    Small,
    files_of,
    table_of,
    table_of_texts,
)
from trial.refusals import Refusal


def read(archive: Files, name: str) -> pa.Table:
    return arrow.read_table(BytesIO(archive.written[name]))


@pytest.mark.requirement("FAS.formats")
def test_values_and_types_come_back() -> None:
    table = read(files_of(parquet.write, ONE_OF_EACH, [FULL, EMPTY]), "each_kind.parquet")
    full, empty = table.to_pylist()
    assert list(full.values()) == [
        *("001-001", "sore", None, "DOUBLE INCLINOMETER", "3", ["DOUBLE INCLINOMETER", "GONIOMETER"], -12),
        *(Decimal("181.50"), 0.125, date(2026, 3, 31), "2019-05", time(14, 5)),
        datetime(2026, 3, 31, 12, 5, 9, tzinfo=UTC),
    ]
    assert [value for value in empty.values() if value is not None] == ["001-002", "Y"]
    types = {field.name: str(field.type) for field in table.schema}
    assert types["method"] == "dictionary<values=string, indices=int32, ordered=0>"
    assert (types["height"], types["day"], types["clock"], types["saved_at"]) == (
        *("decimal128(38, 2)", "date32[day]"),
        *("time32[ms]", "timestamp[us, tz=UTC]"),
    )


def test_labels_units_and_codes_are_inside_the_file() -> None:
    """Labels or codes, but not both: the file holds the codes and says their labels."""
    shape = read(files_of(parquet.write, ONE_OF_EACH, [FULL]), "each_kind.parquet").schema
    said = {key.decode(): value.decode() for key, value in shape.field("height").metadata.items()}
    assert (said["label"], said["unit"], said["kind"]) == ("Height", "cm", "decimal number")
    codes = json.loads(shape.field("grade").metadata[b"codes"])
    assert codes == {"0": "None", "1": "Mild", "3": "Severe"}
    assert shape.field("note_missing").metadata[b"missing_of"] == b"note"
    assert shape.metadata[b"label"] == b"One column of each kind"


@settings(deadline=None)
@given(nasty.tables())
def test_no_text_is_altered(rows: list[Cells]) -> None:
    table = read(files_of(parquet.write, table_of_texts(), rows), "small.parquet")
    assert [tuple(row.values()) for row in table.to_pylist()] == rows


def test_rows_are_written_in_groups_of_so_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "CELLS", 4)
    rows: list[Cells] = [(f"{place:03}", None) for place in range(5)]
    archive = files_of(parquet.write, table_of_texts(), rows)
    file = arrow.ParquetFile(BytesIO(archive.written["small.parquet"]))
    assert [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)] == [2, 2, 1]
    assert (file.metadata.num_rows, archive.advanced) == (5, 5)


def test_codes_stand_in_the_order_of_their_list_also_one_that_is_in_none() -> None:
    grade = Column("grade", "", Kind.CODE, codes=(("b", "B"), ("a", "A")))
    rows: list[Cells] = [("old",), ("a",), (None,)]
    column = read(files_of(parquet.write, table_of(grade), rows), "small.parquet").column("grade")
    assert column.to_pylist() == ["old", "a", None]


def test_an_empty_table_has_its_types() -> None:
    table = read(files_of(parquet.write, ONE_OF_EACH, []), "each_kind.parquet")
    assert (table.num_rows, table.num_columns) == (0, len(ONE_OF_EACH.columns))


def test_no_row_goes_missing_in_silence() -> None:
    with pytest.raises(Refusal, match="has 2 rows, but 1 were written"):
        parquet.write(Small({ONE_OF_EACH: [FULL]}, told=2), Files())
