"""Stata: a .dta file for each table, with labels of columns and of codes inside.

Labels belong to numbers there: a code is its number (itself when all codes of the list are numbers, otherwise
its place in the list), which shows as its label; the codebook says which number is which code.
"""

from datetime import date

import pyreadstat

from analytics.exports.dataset import Column, Dataset, Kind
from analytics.exports.format import Archive
from analytics.exports.source import Source
from analytics.exports.tabular import codebook
from analytics.exports.tabular.codebook import Written
from analytics.exports.tabular.counted import counted, tables
from analytics.exports.tabular.frame import Frame, Program, check_size, frame
from analytics.exports.tabular.names import Naming, shortened
from analytics.exports.tabular.readback import read_back
from analytics.exports.tabular.staged import staged

RESERVED = "_all _b byte _coef _cons double float if in int long _n _pi _pred _rc _se _skip strl using with"

# Stata takes names of 32 characters and 32,767 columns; labels are written under the name and the number of
# their column.
NAME = 32 - 5

STATA = Program(
    name="Stata",
    naming=Naming(NAME, frozenset(RESERVED.split())),
    label=80,
    text=None,
    keeps_spaces=True,
    epoch=date(1960, 1, 1),
    day=1,
    second=1000,
    formats={Kind.DATE: "%td", Kind.TIME: "%tcHH:MM", Kind.MOMENT: "%tc"},
    numbers_codes=True,
)
LABEL_OF_FILE = 80


def write(source: Source, archive: Archive) -> None:
    """A file for each table, and the codebook."""
    found = tables(source)
    for dataset, rows in found.items():
        check_size(dataset, rows, STATA)
    written = [_write(source, dataset, rows, archive) for dataset, rows in found.items()]
    codebook.write(source, archive, written)


def _write(source: Source, dataset: Dataset, expected: int, archive: Archive) -> Written:
    name = f"{dataset.name}.dta"
    made = frame(dataset, counted(source, dataset, expected, archive), STATA)
    labels = {each.name: _labels(each, made) for each in dataset.columns if each.name in made.numbers}
    formats = {**made.formats, **{each.name: "%18.0g" for each in dataset.columns if _is_number(each)}}
    with (
        staged(archive, name, rows=expected) as path,
        read_back(path, pyreadstat.read_dta, rows=expected),
    ):
        pyreadstat.write_dta(
            made.data,
            path,
            file_label=shortened(dataset.label, LABEL_OF_FILE),
            column_labels=made.by_name(made.labels),
            version=15,
            variable_value_labels=made.by_name(labels),
            variable_format=made.by_name(formats),
        )
    return Written(dataset, name, made.names, made.labels, made.numbers)


def _labels(column: Column, made: Frame) -> dict[int, str]:
    known = dict(column.codes)
    return {number: known.get(code, code) for code, number in made.numbers[column.name].items()}


def _is_number(column: Column) -> bool:
    return column.kind in (Kind.WHOLE, Kind.DECIMAL)
