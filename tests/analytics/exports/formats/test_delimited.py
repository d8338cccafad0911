import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from analytics.exports.dataset import Cells, Column, Dataset
from analytics.exports.formats import delimited
from analytics.exports.options import Options, Values
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


def read(content: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=separator))


def test_a_file_for_each_table_and_what_its_columns_are() -> None:
    archive = Files()
    other = replace(table_of_texts(), name="other")
    delimited.write(Small({ONE_OF_EACH: [FULL, EMPTY], other: [("001-001", "x")]}), archive)
    assert list(archive.written) == [
        *("each_kind.csv", "other.csv", "codebook.csv", "codebook.json", "load.R", "load.py")
    ]
    assert archive.rows == {
        **{"each_kind.csv": 2, "other.csv": 1},
        **dict.fromkeys(("codebook.csv", "codebook.json", "load.R", "load.py")),
    }


def test_no_row_goes_missing_in_silence() -> None:
    """Rows silently missing: as many as were counted, or a refusal."""
    archive = files_of(delimited.write, ONE_OF_EACH, [FULL, EMPTY, OTHER])
    assert len(read(archive.written["each_kind.csv"])) == 1 + 3
    assert archive.advanced == 3
    with pytest.raises(Refusal, match="has 4 rows, but 3 were written"):
        delimited.write(Small({ONE_OF_EACH: [FULL, EMPTY, OTHER]}, told=4), Files())


@settings(deadline=None)
@given(nasty.tables())
def test_no_text_is_altered(rows: list[Cells]) -> None:
    """Altered text; dates turned; leading zeros lost: each text comes back as it is."""
    archive = files_of(delimited.write, table_of_texts(), rows)
    assert read(archive.written["small.csv"])[1:] == [[cell or "" for cell in row] for row in rows]
    assert archive.advanced == len(rows)


@pytest.mark.parametrize(
    ("values", "head", "cells"),
    [
        (Values.CODES, ["method"], ["GONIOMETER"]),
        (Values.LABELS, ["method"], ["Goniometer, µ “Winkel”"]),
        (Values.BOTH, ["method", "method_label"], ["GONIOMETER", "Goniometer, µ “Winkel”"]),
    ],
)
def test_codes_labels_or_both_side_by_side(values: Values, head: list[str], cells: list[str]) -> None:
    """Labels or codes, but not both: whoever exports chooses."""
    method = next(column for column in ONE_OF_EACH.columns if column.name == "method")
    rows: list[Cells] = [("001-001", "GONIOMETER")]
    archive = files_of(delimited.write, table_of(PARTICIPANT, method), rows, Options(values=values))
    assert read(archive.written["small.csv"]) == [["participant", *head], ["001-001", *cells]]
    book = json.loads(archive.written["codebook.json"])
    assert [column["column"] for column in book["tables"][0]["columns"]] == ["participant", *head]


def test_a_spreadsheet_knows_the_encoding_by_the_byte_order_mark() -> None:
    """Excel's encoding: with the mark it reads UTF-8; without it nothing stands before the first name."""
    rows: list[Cells] = [("001-001", "Grün 胸腰筋膜")]
    with_mark = files_of(delimited.write, table_of_texts(), rows, Options(byte_order_mark=True))
    without = files_of(delimited.write, table_of_texts(), rows)
    assert with_mark.written["small.csv"] == b"\xef\xbb\xbf" + without.written["small.csv"]
    assert without.written["small.csv"].startswith(b"participant,note\r\n")


def test_separator_and_decimal_mark_are_chosen() -> None:
    archive = files_of(delimited.write, ONE_OF_EACH, [FULL], Options(separator=";", decimal=","))
    head, row = read(archive.written["each_kind.csv"], ";")
    told = dict(zip(head, row, strict=True))
    assert (told["height"], told["count"], told["kinds"]) == (
        *("181,50", "-12"),
        "DOUBLE INCLINOMETER;GONIOMETER",
    )


def test_a_name_that_holds_the_separator_is_quoted() -> None:
    archive = files_of(delimited.write, table_of(Column('a,"b"\n', "")), [("x",)])
    assert read(archive.written["small.csv"]) == [['a,"b"\n'], ["x"]]


def test_an_empty_table_is_a_line_of_names() -> None:
    archive = files_of(delimited.write, ONE_OF_EACH, [])
    assert archive.written["each_kind.csv"].count(b"\n") == 1
    assert archive.rows["each_kind.csv"] == 0


@pytest.mark.parametrize("tables", [{}, {Dataset("none", "No columns", ()): [()]}])
def test_no_columns_are_refused(tables: dict[Dataset, list[Cells]]) -> None:
    with pytest.raises(Refusal, match="Choose more forms or visits"):
        delimited.write(Small(tables), Files())
