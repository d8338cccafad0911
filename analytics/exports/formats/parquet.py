"""Parquet: a file for each table, typed; labels, units and codes are metadata of its fields."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from analytics.exports.dataset import Cell, Cells, Column, Dataset, Kind
from analytics.exports.format import Archive
from analytics.exports.source import Source
from analytics.exports.tabular import codebook
from analytics.exports.tabular.codebook import Written
from analytics.exports.tabular.counted import counted, tables
from analytics.exports.tabular.staged import staged
from analytics.exports.tabular.typed import typed

# What is kept in memory at once: so many cells, in a group of at most so many rows.
CELLS, ROWS = 400_000, 65_536
DIGITS = 38
CODE = pa.dictionary(pa.int32(), pa.string())

TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: CODE,
    Kind.CODES: pa.list_(pa.string()),
    Kind.WHOLE: pa.int64(),
    Kind.DATE: pa.date32(),
    Kind.PARTIAL_DATE: pa.string(),
    Kind.TIME: pa.time32("s"),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
}


def write(source: Source, archive: Archive) -> None:
    """A file for each table, and the codebook."""
    written = [_write(source, dataset, rows, archive) for dataset, rows in tables(source).items()]
    codebook.write(source, archive, written)


def schema(dataset: Dataset) -> pa.Schema:
    """The types of the columns. A decimal number without fixed places is a double."""
    fields = [
        pa.field(column.name, _type(column), metadata=_said(column), nullable=True)
        for column in dataset.columns
    ]
    return pa.schema(fields, metadata={"table": dataset.name, "label": dataset.label})


def _write(source: Source, dataset: Dataset, expected: int, archive: Archive) -> Written:
    name, shape = f"{dataset.name}.parquet", schema(dataset)
    with (
        staged(archive, name, rows=expected) as path,
        parquet.ParquetWriter(path, shape, compression="zstd") as file,
    ):
        for rows in _groups(counted(source, dataset, expected, archive), len(dataset.columns)):
            file.write_table(_table(rows, dataset, shape))
    return Written(dataset, name)


def _groups(rows: Iterator[Cells], columns: int) -> Iterator[Sequence[Cells]]:
    most = max(1, min(ROWS, CELLS // columns))
    while group := list(islice(rows, most)):
        yield group


def _table(rows: Sequence[Cells], dataset: Dataset, shape: pa.Schema) -> pa.Table:
    by_column = zip(*rows, strict=True)
    arrays = [_array(cells, column) for cells, column in zip(by_column, dataset.columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=shape)


def _array(cells: Sequence[Cell], column: Column) -> pa.Array:
    if column.kind is Kind.CODE:
        return _coded(cells, column)
    values: list[Any] = [typed(cell, column) for cell in cells]
    if column.kind is Kind.DECIMAL and column.places is None:
        values = [None if value is None else float(value) for value in values]
    return pa.array(values, type=_type(column))


def _coded(cells: Sequence[Cell], column: Column) -> pa.Array:
    """The codes in the order of their list; one that is not in it stands behind them."""
    known = dict.fromkeys([code for code, _label in column.codes])
    known.update(dict.fromkeys(cell for cell in cells if cell is not None))
    places = {code: place for place, code in enumerate(known)}
    indices = pa.array([None if cell is None else places[cell] for cell in cells], type=pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(known), type=pa.string()))


def _type(column: Column) -> pa.DataType:
    if column.kind is Kind.DECIMAL:
        return pa.float64() if column.places is None else pa.decimal128(DIGITS, column.places)
    return TYPES[column.kind]


def _said(column: Column) -> dict[str, str]:
    said = {
        **{name: getattr(column, name) for name in ("label", "unit", "form", "group", "item", "cdisc")},
        "missing_of": column.missing_of,
        "kind": column.kind.value,
        "codes": json.dumps(dict(column.codes), ensure_ascii=False) if column.codes else "",
    }
    return {name: value for name, value in said.items() if value}
