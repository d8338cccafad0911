"""SPSS: a .sav file for each table, with labels of columns and of codes inside; codes stay texts.

A value that is missing is a system missing value (of a text, the empty text); why it is missing stands in the
column beside it.
"""

from datetime import date

import pyreadstat

from analytics.exports.dataset import Column, Dataset, Kind
from analytics.exports.format import Archive
from analytics.exports.source import Source
from analytics.exports.tabular import codebook
from analytics.exports.tabular.codebook import Written
from analytics.exports.tabular.counted import counted, tables
from analytics.exports.tabular.frame import Program, check_size, frame
from analytics.exports.tabular.names import Naming, shortened
from analytics.exports.tabular.readback import read_back
from analytics.exports.tabular.staged import staged

SPSS = Program(
    name="SPSS",
    naming=Naming(
        64,
        frozenset({"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}),
    ),
    label=256,
    text=32_767,
    keeps_spaces=False,
    epoch=date(1582, 10, 14),
    day=86_400,
    second=1,
    formats={Kind.DATE: "SDATE10", Kind.TIME: "TIME5", Kind.MOMENT: "DATETIME20"},
)
LABEL_OF_CODE, LABEL_OF_FILE = 120, 64
MEASURED = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.DATE, Kind.TIME, Kind.MOMENT})


def write(source: Source, archive: Archive) -> None:
    """A file for each table, and the codebook."""
    found = tables(source)
    for dataset, rows in found.items():
        check_size(dataset, rows, SPSS)
    written = [_write(source, dataset, rows, archive) for dataset, rows in found.items()]
    codebook.write(source, archive, written)


def _write(source: Source, dataset: Dataset, expected: int, archive: Archive) -> Written:
    name = f"{dataset.name}.sav"
    made = frame(dataset, counted(source, dataset, expected, archive), SPSS)
    formats = {**made.formats, **{each.name: _number(each) for each in dataset.columns if _is_number(each)}}
    with (
        staged(archive, name, rows=expected) as path,
        read_back(path, pyreadstat.read_sav, rows=expected),
    ):
        pyreadstat.write_sav(
            made.data,
            path,
            file_label=shortened(dataset.label, LABEL_OF_FILE),
            column_labels=made.by_name(made.labels),
            row_compress=True,
            variable_value_labels=made.by_name({each.name: _labels(each) for each in _coded(dataset)}),
            variable_measure=made.by_name({each.name: _measure(each) for each in dataset.columns}),
            variable_format=made.by_name(formats),
        )
    return Written(dataset, name, made.names, made.labels)


def _coded(dataset: Dataset) -> list[Column]:
    return [column for column in dataset.columns if column.kind is Kind.CODE and column.codes]


def _labels(column: Column) -> dict[str, str]:
    return {code: shortened(label, LABEL_OF_CODE) for code, label in column.codes}


def _measure(column: Column) -> str:
    return "scale" if column.kind in MEASURED else "nominal"


def _is_number(column: Column) -> bool:
    return column.kind in (Kind.WHOLE, Kind.DECIMAL)


def _number(column: Column) -> str:
    """So wide that no number is shown with an exponent."""
    places = 0 if column.kind is Kind.WHOLE else column.places
    return "F18.6" if places is None else f"F18.{places}"
