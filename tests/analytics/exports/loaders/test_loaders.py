"""The scripts beside the CSV, run as whoever gets the export runs them."""

import importlib.util
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from analytics.exports.dataset import Cells, Column, Dataset, Kind
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
    table_of,
    table_of_texts,
)

WAYS = [
    Options(),
    Options(separator=";", decimal=",", byte_order_mark=True),
    Options(separator="\t", values=Values.LABELS),
    Options(values=Values.BOTH),
]
RSCRIPT = shutil.which("Rscript")
needs_r = pytest.mark.skipif(RSCRIPT is None, reason="R is not installed")
every_way = pytest.mark.parametrize("options", WAYS, ids=["usual", "semicolon", "labels", "both"])


def unpacked(folder: Path, options: Options, tables: dict[Dataset, list[Cells]]) -> Path:
    archive = Files()
    delimited.write(Small(tables, options), archive)
    for name, content in archive.written.items():
        (folder / name).write_bytes(content)
    return folder


def in_python(folder: Path, **choices: Any) -> dict[str, pd.DataFrame]:
    spec = importlib.util.spec_from_file_location("load", folder / "load.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: dict[str, pd.DataFrame] = module.load_export(folder, **choices)
    return loaded


# Each value by R, in hexadecimal letters: a text arrives as its bytes.
TOLD = """
source("load.R")
data <- load_export(".")
hex <- function(text) paste(sprintf("%02x", as.integer(charToRaw(text))), collapse = "")
say <- function(...) cat(..., "\\n", sep = "")
for (table in names(data)) for (name in names(data[[table]])) {
  column <- data[[table]][[name]]
  say("column ", table, " ", name, " ", class(column)[1], " ", typeof(column))
  for (about in c("label", "unit", "missing")) {
    if (!is.null(attr(column, about))) say("about ", about, " ", hex(attr(column, about)))
  }
  if (is.factor(column)) for (level in levels(column)) say("level ", hex(level))
  for (cell in (if (is.list(column)) column else as.list(format_of(column)))) {
    if (all(is.na(cell))) say("cell") else say("cell ", hex(paste(cell, collapse = "|")))
  }
}
"""

FORMAT = """
format_of <- function(column) {
  if (is.factor(column)) return(as.character(column))
  if (inherits(column, "Date")) return(ifelse(is.na(column), NA, format(column)))
  if (inherits(column, "POSIXct")) return(ifelse(is.na(column), NA, format(column, "%Y-%m-%dT%H:%M:%SZ")))
  if (is.numeric(column)) return(ifelse(is.na(column), NA, sprintf("%.15g", column)))
  column
}
"""


class Told:
    """A column as R tells it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.about: dict[str, str] = {}
        self.levels: list[str] = []
        self.cells: list[str | None] = []


def in_r(folder: Path) -> dict[str, Told]:
    """The columns by R, of all tables together."""
    (folder / "tell.R").write_text(FORMAT + TOLD, encoding="utf-8")
    assert RSCRIPT is not None
    ran = subprocess.run(
        [RSCRIPT, "--vanilla", "tell.R"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert not ran.stderr, ran.stderr
    found: dict[str, Told] = {}
    for line in ran.stdout.splitlines():
        word, *rest = line.strip().split(" ")
        match word:
            case "column":
                column = found[rest[1]] = Told(rest[2])
            case "about":
                column.about[rest[0]] = bytes.fromhex(rest[1]).decode()
            case "level":
                column.levels.append(bytes.fromhex(rest[0]).decode())
            case "cell":
                column.cells.append(bytes.fromhex(rest[0]).decode() if rest else None)
    return found


def clean(values: Any) -> list[Any]:
    """Python values, None where one is missing."""
    return [None if not isinstance(each, list) and pd.isna(each) else each for each in values]


@every_way
def test_python_restores_types_factors_labels_and_dates(tmp_path: Path, options: Options) -> None:
    frame = in_python(unpacked(tmp_path, options, {ONE_OF_EACH: [FULL, EMPTY, OTHER]}))["each_kind"]
    shown = "method_label" if options.values is Values.BOTH else "method"
    assert clean(frame[shown]) == ["Double inclinometer", None, "Goniometer, µ “Winkel”"]
    assert list(frame["grade"].cat.categories) == ["None", "Mild", "Severe"]
    assert clean(frame["count"]) == [-12, None, 32767]
    assert str(frame["count"].dtype) == "Int64"
    assert clean(frame["height"]) == [181.5, None, -0.05]
    assert clean(frame["day"]) == [pd.Timestamp(2026, 3, 31), None, pd.Timestamp(2024, 2, 29)]
    assert clean(frame["onset"]) == ["2019-05", None, "2019"]
    assert clean(frame["clock"]) == [time(14, 5), None, time(0, 0)]
    assert clean(frame["saved_at"])[0] == datetime(2026, 3, 31, 12, 5, 9, tzinfo=UTC)
    assert len(clean(frame["kinds"])[0]) == 2
    told = frame.attrs["columns"]
    assert (told["height"]["unit"], told["note"]["missing"]) == ("cm", "note_missing")


def test_python_gives_codes_where_they_are_asked_for(tmp_path: Path) -> None:
    """Labels or codes, but not both: from one file either."""
    folder = unpacked(tmp_path, Options(), {ONE_OF_EACH: [FULL, EMPTY, OTHER]})
    assert clean(in_python(folder, labels=False)["each_kind"]["grade"]) == ["3", None, "0"]
    assert clean(in_python(folder)["each_kind"]["grade"]) == ["Severe", None, "None"]


@needs_r
@every_way
@pytest.mark.requirement("FAS.formats")
def test_r_restores_types_factors_labels_and_dates(tmp_path: Path, options: Options) -> None:
    told = in_r(unpacked(tmp_path, options, {ONE_OF_EACH: [FULL, EMPTY, OTHER]}))
    shown = told["method_label" if options.values is Values.BOTH else "method"]
    assert (shown.kind, shown.cells) == (
        "factor",
        ["Double inclinometer", None, "Goniometer, µ “Winkel”"],
    )
    assert told["grade"].levels == ["None", "Mild", "Severe"]
    assert (told["count"].kind, told["count"].cells) == ("integer", ["-12", None, "32767"])
    assert (told["height"].kind, told["height"].cells) == ("numeric", ["181.5", None, "-0.05"])
    assert told["height"].about == {"label": "Height", "unit": "cm"}
    assert (told["day"].kind, told["day"].cells) == ("Date", ["2026-03-31", None, "2024-02-29"])
    assert (told["onset"].kind, told["onset"].cells) == ("character", ["2019-05", None, "2019"])
    assert (told["clock"].kind, told["clock"].cells) == ("difftime", ["845", None, "0"])
    moments = ["2026-03-31T12:05:09Z", None, "1999-12-31T23:59:59Z"]
    assert (told["saved_at"].kind, told["saved_at"].cells) == ("POSIXct", moments)
    assert told["kinds"].cells[0] in (
        *("DOUBLE INCLINOMETER|GONIOMETER", "Double inclinometer|Goniometer, µ “Winkel”"),
    )
    assert told["note"].about["missing"] == "note_missing"


def every_known_text() -> list[Cells]:
    return [(f"{place:03}", text) for place, text in enumerate((*nasty.KNOWN, None), start=1)]


@needs_r
@pytest.mark.parametrize("options", WAYS[:2], ids=["usual", "semicolon"])
def test_r_gets_every_text_as_it_is(tmp_path: Path, options: Options) -> None:
    """Altered text; dates turned; leading zeros lost; NA taken for nothing."""
    rows = every_known_text()
    told = in_r(unpacked(tmp_path, options, {table_of_texts(): rows}))
    assert told["note"].cells == [note for _code, note in rows]
    assert told["participant"].cells == [code for code, _note in rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("unpacked")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=nasty.tables())
def test_python_gets_every_text_as_it_is(folder: Path, rows: list[Cells]) -> None:
    frame = in_python(unpacked(folder, Options(), {table_of_texts(): rows}))["small"]
    assert list(zip(clean(frame["participant"]), clean(frame["note"]), strict=True)) == rows


def awkward() -> dict[Dataset, list[Cells]]:
    """A code that is in no list, two codes with one label, an empty table, one column of one empty cell."""
    side = Column("side", "Side", Kind.CODE, codes=(("L", "Side"), ("R", "Side"), ("M", "Middle")))
    return {
        table_of(PARTICIPANT, side): [("1", "L"), ("2", "OLD"), ("3", None), ("4", "R")],
        replace(table_of(Column("count", "Count", Kind.WHOLE)), name="nobody"): [],
        replace(table_of(Column("lone", "Lone")), name="lone"): [("a",), (None,), ("b",)],
    }


def test_python_loses_no_code_and_no_empty_line(tmp_path: Path) -> None:
    data = in_python(unpacked(tmp_path, Options(), awkward()))
    assert clean(data["small"]["side"]) == ["Side (L)", "OLD", None, "Side (R)"]
    assert (len(data["nobody"]), clean(data["lone"]["lone"])) == (0, ["a", None, "b"])


@needs_r
def test_r_loses_no_code_and_no_empty_line(tmp_path: Path) -> None:
    told = in_r(unpacked(tmp_path, Options(), awkward()))
    assert told["side"].cells == ["Side (L)", "OLD", None, "Side (R)"]
    assert told["side"].levels == ["Side (L)", "Side (R)", "Middle", "OLD"]
    assert (told["count"].cells, told["lone"].cells) == ([], ["a", None, "b"])


@pytest.mark.parametrize("program", ["python", pytest.param("r", marks=needs_r)])
def test_a_file_that_is_not_the_codebooks_is_not_loaded(tmp_path: Path, program: str) -> None:
    """Rows or columns silently missing: the names are compared."""
    folder = unpacked(tmp_path, Options(), {table_of_texts(): [("1", "x")]})
    file = folder / "small.csv"
    file.write_bytes(file.read_bytes().replace(b"note", b"other"))
    if program == "python":
        with pytest.raises(ValueError, match="other columns than the codebook"):
            in_python(folder)
    else:
        with pytest.raises(AssertionError, match="other columns than the codebook"):
            in_r(folder)


def test_the_codebook_says_where_the_codes_are(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, Options(), {ONE_OF_EACH: [FULL]})
    (table,) = json.loads((folder / "codebook.json").read_text(encoding="utf-8"))["tables"]
    assert (table["file"], table["key"]) == ("each_kind.csv", ["participant"])
