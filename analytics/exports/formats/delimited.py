"""CSV: the database's own COPY behind a line of names, with scripts that load it into R and Python.

RFC 4180 in UTF-8. Nothing is altered on the way; only the choice `spreadsheet_safe` alters cells, where the
rows are read.
"""

import csv
from io import StringIO

from analytics.exports.dataset import Dataset
from analytics.exports.format import Archive
from analytics.exports.loaders import scripts
from analytics.exports.options import Options
from analytics.exports.source import Source
from analytics.exports.tabular import codebook
from analytics.exports.tabular.codebook import Written
from analytics.exports.tabular.counted import Lines, compare, tables
from analytics.exports.tabular.labels import labelled

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def write(source: Source, archive: Archive) -> None:
    """A file for each table, the codebook, and the scripts."""
    written = [_write(source, dataset, rows, archive) for dataset, rows in tables(source).items()]
    codebook.write(source, archive, written)
    for name, script in scripts.of(source.options).items():
        with archive.file(name) as file:
            file.write(script.encode())


def head(dataset: Dataset, options: Options) -> bytes:
    """The line of names, behind a byte order mark when one was chosen."""
    text = StringIO()
    writer = csv.writer(text, delimiter=options.separator)
    writer.writerow(column.name for column in dataset.columns)
    return (BYTE_ORDER_MARK if options.byte_order_mark else b"") + text.getvalue().encode()


def _write(source: Source, dataset: Dataset, expected: int, archive: Archive) -> Written:
    shown = labelled(dataset, source.options.values)
    name, lines = f"{dataset.name}.csv", Lines()
    with archive.file(name, rows=expected) as file:
        file.write(head(shown, source.options))
        for piece in source.copy(dataset):
            file.write(piece)
            archive.advance(lines.passed(piece))
    compare(dataset, expected, lines.rows)
    return Written(shown, name)
