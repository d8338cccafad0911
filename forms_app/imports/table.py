"""A file of rows: the separator told from its head, rows as a spreadsheet numbers them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Final

from django.utils.translation import gettext as _

from forms_app.imports.refused import refused
from forms_app.imports.text import decoded

SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
# Longer than any text that can be stored, and far from what a machine cannot hold.
LONGEST_CELL: Final = 1_000_000


@dataclass(frozen=True)
class Table:
    """A file of rows under one line of names."""

    name: str
    separator: str
    columns: tuple[str, ...]
    text: str

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row with its number, that of the names being 1. Raises Refusal on a row that is none."""
        for number, cells in _cells(self.name, self.text, self.separator):
            if number == 1 or not cells:
                continue
            if len(cells) != len(self.columns):
                raise refused(
                    "import_table",
                    _(
                        "Row {row} of “{file}” has {cells} cells, but there are {columns} columns. "
                        "Mend the row."
                    ),
                    file=self.name,
                    row=number,
                    cells=len(cells),
                    columns=len(self.columns),
                )
            yield number, dict(zip(self.columns, cells, strict=True))


def table(content: bytes, name: str) -> Table:
    """Read the head of a file. Raises Refusal on what is no text, and on names that say nothing or twice."""
    text = decoded(content, name)
    separator = max(SEPARATORS, key=lambda each: len(_head(text, each)))
    columns = tuple(column.strip() for column in _head(text, separator))
    if len(columns) < 2 or "" in columns:
        raise refused(
            "import_table",
            _(
                "The first line of “{file}” must name at least two columns, separated by "
                "comma, semicolon or tab, and none may be without a name."
            ),
            file=name,
        )
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise refused(
            "import_table",
            _("Two columns of “{file}” are called “{column}”. Give them different names."),
            file=name,
            column=twice,
        )
    return Table(name, separator, columns, text)


def _head(text: str, separator: str) -> list[str]:
    """The names, as they would be with this separator."""
    return next(csv.reader(StringIO(text, newline=""), delimiter=separator), [])


def _cells(name: str, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error:
        raise refused(
            "import_table",
            _(
                "At line {line} of “{file}” a quotation mark has no end, or stands inside a "
                "cell. Mend the line."
            ),
            file=name,
            line=reader.line_num,
        ) from None
