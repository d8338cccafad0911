"""Codes and labels of a table: which of them stand in a file."""

from collections.abc import Iterator
from dataclasses import replace

from analytics.exports.dataset import Cell, Cells, Column, Dataset, Kind
from analytics.exports.options import Values

LABEL = "_label"


def labelled(dataset: Dataset, values: Values) -> Dataset:
    """The table as it is written with this choice: a column of labels in the place of each column of codes,
    or right behind it, as `<name>_label`. Of several codes the labels have a semicolon between them too."""
    return replace(dataset, columns=tuple(_columns(dataset, values)))


def with_labels(row: Cells, dataset: Dataset) -> Cells:
    """A row of codes as the row of codes and labels; of a code that is not in the list, the code."""
    return tuple(_cells(row, dataset))


def _columns(dataset: Dataset, values: Values) -> Iterator[Column]:
    for column in dataset.columns:
        if not column.codes or values is Values.CODES:
            yield column
            continue
        shown = replace(column, codes=tuple((label, label) for _code, label in column.codes))
        if values is Values.BOTH:
            yield column
            shown = replace(shown, name=column.name + LABEL, label=f"{column.label} (label)", missing_of="")
        yield shown


def _cells(row: Cells, dataset: Dataset) -> Iterator[Cell]:
    for cell, column in zip(row, dataset.columns, strict=True):
        yield cell
        if column.codes:
            yield None if cell is None else _label(cell, column)


def _label(cell: str, column: Column) -> str:
    labels = dict(column.codes)
    codes = cell.split(";") if column.kind is Kind.CODES else [cell]
    return ";".join(labels.get(code, code) for code in codes)
