"""SAS, SPSS and Stata: what pyreadstat reads back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings

from analytics.exports.dataset import Cells, Column, Dataset, Kind
from analytics.exports.format import Writer
from analytics.exports.formats import sas, spss, stata
from analytics.exports.tabular import frame
from tests.analytics.exports.formats import nasty
from tests.analytics.exports.formats.small import (
    EMPTY,
    FULL,
    METHODS,
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


class Program(NamedTuple):
    ending: str
    write: Writer
    read: Callable[..., tuple[pd.DataFrame, Any]]


SAS = Program("xpt", sas.write, pyreadstat.read_xport)
SPSS = Program("sav", spss.write, pyreadstat.read_sav)
STATA = Program("dta", stata.write, pyreadstat.read_dta)

every_program = pytest.mark.parametrize("program", [SAS, SPSS, STATA], ids=lambda program: program.ending)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("read")


def read(program: Program, archive: Files, folder: Path) -> tuple[pd.DataFrame, Any]:
    (name,) = (name for name in archive.written if name.endswith(program.ending))
    path = folder / name
    path.write_bytes(archive.written[name])
    return program.read(path)


def texts(column: "pd.Series[Any]") -> list[str]:
    return [cell if isinstance(cell, str) else "" for cell in column]


@every_program
@pytest.mark.requirement("FAS.formats")
def test_values_come_back_with_their_types(program: Program, folder: Path) -> None:
    data, _about = read(program, files_of(program.write, ONE_OF_EACH, [FULL, EMPTY, OTHER]), folder)
    full, empty, other = (data.iloc[place] for place in range(3))
    assert (full["count"], full["height"], full["ratio"]) == (-12, 181.5, 0.125)
    assert (other["count"], other["height"], other["ratio"]) == (32767, -0.05, -7)
    assert (full["day"], full["clock"]) == (date(2026, 3, 31), time(14, 5))
    assert pd.Timestamp(full["saved_at"]) == moment(2026, 3, 31, 12, 5, 9)
    assert pd.Timestamp(other["saved_at"]) == moment(1999, 12, 31, 23, 59, 59)
    assert (full["onset"], other["onset"], other["note"]) == ("2019-05", "2019", "=1+1")
    assert full["kinds"] == "DOUBLE INCLINOMETER;GONIOMETER"
    assert all(isnan(empty[name]) for name in ("count", "height", "ratio"))
    assert all(pd.isna(empty[name]) for name in ("day", "clock", "saved_at"))


@every_program
def test_labels_of_columns_are_inside_the_file(program: Program, folder: Path) -> None:
    _data, about = read(program, files_of(program.write, ONE_OF_EACH, [FULL]), folder)
    labels = about.column_names_to_labels
    assert (labels["height"], labels["note_missing"]) == ("Height [cm]", "Why there is no note")


def test_sas_has_the_labels_beside_the_codes(folder: Path) -> None:
    """Labels or codes, but not both: the format has no labels of values, so they are a column."""
    data, _about = read(SAS, files_of(sas.write, ONE_OF_EACH, [FULL, EMPTY, OTHER]), folder)
    assert texts(data["method"]) == ["DOUBLE INCLINOMETER", "", "GONIOMETER"]
    assert texts(data["method_label"]) == ["Double inclinometer", "", "Goniometer, µ “Winkel”"]
    assert texts(data["kinds_label"]) == [
        *("Double inclinometer;Goniometer, µ “Winkel”", "", "Goniometer, µ “Winkel”")
    ]


def test_spss_labels_the_codes_which_stay_what_they_are(folder: Path) -> None:
    data, about = read(SPSS, files_of(spss.write, ONE_OF_EACH, [FULL, EMPTY, OTHER]), folder)
    assert texts(data["method"]) == ["DOUBLE INCLINOMETER", "", "GONIOMETER"]
    assert about.variable_value_labels["method"] == dict(METHODS)
    assert (about.variable_measure["method"], about.variable_measure["height"]) == ("nominal", "scale")
    assert (about.original_variable_types["count"], about.original_variable_types["height"]) == (
        *("F18.0", "F18.2"),
    )


def test_stata_numbers_the_codes_and_labels_the_numbers(folder: Path) -> None:
    archive = files_of(stata.write, ONE_OF_EACH, [FULL, EMPTY, OTHER])
    data, about = read(STATA, archive, folder)
    assert [None if isnan(cell) else cell for cell in data["method"]] == [1, None, 2]
    assert about.variable_value_labels["method"] == {1: "Double inclinometer", 2: "Goniometer, µ “Winkel”"}
    assert [None if isnan(cell) else cell for cell in data["grade"]] == [3, None, 0]
    assert about.variable_value_labels["grade"] == {0: "None", 1: "Mild", 3: "Severe"}
    book = archive.written["codebook.csv"].decode()
    assert '"1=DOUBLE INCLINOMETER\n2=GONIOMETER"' in book


def test_stata_numbers_a_code_that_is_in_no_list(folder: Path) -> None:
    column = Column("method", "", Kind.CODE, codes=METHODS)
    archive = files_of(stata.write, table_of(PARTICIPANT, column), [("1", "OLD"), ("2", "GONIOMETER")])
    data, about = read(STATA, archive, folder)
    assert (list(data["method"]), about.variable_value_labels["method"][3]) == ([3, 2], "OLD")


@every_program
@settings(deadline=None)
@given(rows=nasty.tables())
def test_no_text_is_altered_or_it_is_refused_in_words(
    program: Program, folder: Path, rows: list[Cells]
) -> None:
    lost = program is not STATA and any(note and note.endswith(" ") for _code, note in rows)
    if lost:
        with pytest.raises(Refusal, match="it ends with a space, which is lost there"):
            files_of(program.write, table_of_texts(), rows)
        return
    data, _about = read(program, files_of(program.write, table_of_texts(), rows), folder)
    assert texts(data["note"]) == [note or "" for _code, note in rows]


@every_program
def test_the_longest_text_stays_whole_and_a_longer_one_is_refused(program: Program, folder: Path) -> None:
    longest, longer = "x" * 32_767, "é" * 16_384
    data, _about = read(program, files_of(program.write, table_of_texts(), [("1", longest)]), folder)
    assert texts(data["note"]) == [longest]
    if program is STATA:
        data, _about = read(program, files_of(program.write, table_of_texts(), [("1", longer)]), folder)
        assert texts(data["note"]) == [longer]
    else:
        with pytest.raises(Refusal, match="it is 32768 long, and at most 32767 fit") as refused:
            files_of(program.write, table_of_texts(), [("1", longer)])
        assert refused.value.kind.number == 731


@every_program
def test_a_number_that_a_double_would_round_is_refused(program: Program) -> None:
    with pytest.raises(Refusal, match="more digits"):
        files_of(program.write, table_of(Column("n", "", Kind.WHOLE)), [("1234567890123456",)])


@every_program
def test_names_are_legal_unique_and_explained(program: Program, folder: Path) -> None:
    wanted = ["W1_" + "very_long_name_" * 5 + end for end in ("a", "b")]
    columns = [Column(name, name.upper()) for name in (*wanted, "in", "with", "3 %", "Case", "case")]
    archive = files_of(program.write, table_of(*columns), [tuple(map(str, range(7)))])
    data, _about = read(program, archive, folder)
    names = [str(name) for name in data]
    assert len({name.lower() for name in names}) == 7
    assert all(len(name) <= 64 and name.replace("_", "a").isalnum() for name in names)
    assert texts(data.iloc[0]) == list("0123456")
    book = archive.written["codebook.csv"].decode()
    assert all(
        f",{place},{name},{column.name}," in book
        for place, (name, column) in enumerate(zip(names, columns, strict=True), start=1)
    )


@every_program
@pytest.mark.parametrize("length", [31, 32, 33, 64, 65])
def test_columns_of_codes_with_long_names_have_their_labels(
    program: Program, folder: Path, length: int
) -> None:
    names = ["n" * length, *(f"{place:03}".rjust(length, "n") for place in range(120))]
    columns = [Column(name, "", Kind.CODE, codes=METHODS) for name in names]
    rows: list[Cells] = [("GONIOMETER",) * len(columns)]
    data, about = read(program, files_of(program.write, table_of(*columns), rows), folder)
    assert len(data) == 1
    assert program is SAS or len(about.variable_value_labels) == len(columns)


@every_program
def test_an_empty_table_has_its_columns(program: Program, folder: Path) -> None:
    data, _about = read(program, files_of(program.write, ONE_OF_EACH, []), folder)
    wanted = {column.name for column in ONE_OF_EACH.columns}
    assert (len(data), wanted <= set(data)) == (0, True)


@every_program
def test_a_column_without_any_value_stays_what_it_is(program: Program, folder: Path) -> None:
    data, _about = read(program, files_of(program.write, ONE_OF_EACH, [EMPTY]), folder)
    assert len(data) == 1
    assert texts(data["participant"]) == ["001-002"]


class Huge(Small):
    """Says that it has more rows than it has."""

    def rows(self, dataset: Dataset) -> Iterator[Cells]:
        raise AssertionError("nothing is read of what does not fit")


@every_program
def test_more_than_fits_into_memory_is_refused_with_what_to_take(program: Program) -> None:
    rows = frame.MOST_CELLS // len(ONE_OF_EACH.columns) + 1
    with pytest.raises(Refusal, match="Take CSV or Parquet") as refused:
        program.write(Huge({ONE_OF_EACH: []}, told=rows), Files())
    assert refused.value.kind.number == 732


@every_program
def test_a_long_label_is_shortened_and_whole_in_the_codebook(program: Program, folder: Path) -> None:
    label = "Größe " * 100
    archive = files_of(program.write, table_of(Column("height", label)), [("1",)])
    _data, about = read(program, archive, folder)
    (shown,) = about.column_labels
    assert shown.endswith("…")
    assert len(shown.encode()) <= 256
    assert label.startswith(shown.removesuffix("…"))
    book = archive.written["codebook.csv"].decode()
    assert label in book
    assert shown in book


@every_program
def test_each_table_is_a_file(program: Program) -> None:
    archive = Files()
    other = replace(table_of_texts(), name="other")
    program.write(Small({ONE_OF_EACH: [FULL], other: [("1", "x"), ("2", None)]}), archive)
    assert {f"each_kind.{program.ending}": 1, f"other.{program.ending}": 2}.items() <= archive.rows.items()
    assert archive.advanced == 3
