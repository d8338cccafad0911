"""Exports as the tests read them."""

import csv
import io
from typing import Any

from analytics.exports.formats.delimited import head
from analytics.exports.options import Options
from analytics.exports.selection import open_selection
from trial.models import User

Row = dict[str, str]


def rows_of(by: User, shape: str, table: str = "", **choices: Any) -> list[Row]:
    """The rows of a table, the first one unless it is named; no value and an empty one are both ""."""
    with open_selection(by=by, options=Options(shape=shape, **choices)) as source:
        found = source.datasets()
        dataset = next(each for each in found if each.name == table) if table else found[0]
        names = [column.name for column in dataset.columns]
        return [
            {name: cell or "" for name, cell in zip(names, row, strict=True)} for row in source.rows(dataset)
        ]


def text_of(by: User, shape: str, **choices: Any) -> str:
    """The first table as the database writes it, below its line of names."""
    with open_selection(by=by, options=Options(shape=shape, **choices)) as source:
        dataset = source.datasets()[0]
        return (head(dataset, source.options) + b"".join(source.copy(dataset))).decode()


def parsed(whole: bytes) -> list[Row]:
    """A file of CSV."""
    return list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline="")))
