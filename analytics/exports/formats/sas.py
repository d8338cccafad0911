"""SAS transport files (XPORT version 8): one for each table, with the labels of its columns.

The format knows no labels of codes, so they stand in a column of their own beside the codes.
"""

from datetime import date

import pyreadstat

from analytics.exports.dataset import Dataset, Kind
from analytics.exports.format import Archive
from analytics.exports.options import Values
from analytics.exports.source import Source
from analytics.exports.tabular import codebook
from analytics.exports.tabular.codebook import Written
from analytics.exports.tabular.counted import counted, tables
from analytics.exports.tabular.frame import Program, check_size, frame
from analytics.exports.tabular.labels import labelled, with_labels
from analytics.exports.tabular.names import Naming, shortened
from analytics.exports.tabular.readback import read_back
from analytics.exports.tabular.staged import staged

SAS = Program(
    name="SAS",
    naming=Naming(32, frozenset({"_n_", "_error_", "_numeric_", "_character_", "_all_"})),
    label=256,
    text=32_767,
    keeps_spaces=False,
    epoch=date(1960, 1, 1),
    day=1,
    second=1,
    formats={Kind.DATE: "DATE9.", Kind.TIME: "TIME8.", Kind.MOMENT: "DATETIME20."},
)
LABEL_OF_FILE = 40


def write(source: Source, archive: Archive) -> None:
    """A file for each table, and the codebook."""
    found = tables(source)
    for dataset, rows in found.items():
        check_size(labelled(dataset, Values.BOTH), rows, SAS)
    written = [_write(source, dataset, rows, archive) for dataset, rows in found.items()]
    codebook.write(source, archive, written)


def _write(source: Source, dataset: Dataset, expected: int, archive: Archive) -> Written:
    shown, name = labelled(dataset, Values.BOTH), f"{dataset.name}.xpt"
    rows = (with_labels(row, dataset) for row in counted(source, dataset, expected, archive))
    made = frame(shown, rows, SAS)
    with (
        staged(archive, name, rows=expected) as path,
        read_back(path, pyreadstat.read_xport, rows=expected),
    ):
        pyreadstat.write_xport(
            made.data,
            path,
            file_label=shortened(dataset.label, LABEL_OF_FILE),
            column_labels=made.by_name(made.labels),
            table_name=SAS.naming.names([dataset.name])[dataset.name],
            file_format_version=8,
            variable_format=made.by_name(made.formats),
        )
    return Written(shown, name, made.names, made.labels)
