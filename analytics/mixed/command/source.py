"""The rows of a CSV file, one at a time."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics.mixed.refusals import InputRefused

Fields = list[str]


class Source:
    """An open file: `header` names the columns, `rows` are lists of texts with their line numbers."""

    def __init__(self, path: str, lines: Iterator[str]) -> None:
        self.path = path
        # strict, because a quotation mark that is never closed would otherwise swallow the rest of the file
        self._reader = csv.reader(lines, strict=True)
        self.header = [name.strip() for name in next(self._reader, [])]

    def place(self, name: str) -> int:
        """Where in a row the column stands; refuses a name that the header does not hold exactly once."""
        if self.header.count(name) > 1:
            raise InputRefused(
                f"The file has {self.header.count(name)} columns {name!r}; name each column once."
            )
        if name not in self.header:
            known = ", ".join(self.header) or "none"
            raise InputRefused(f"The file has no column {name!r}; its columns are: {known}.")
        return self.header.index(name)

    def rows(self) -> Iterator[tuple[int, Fields]]:
        """Empty lines are passed over; refuses a row that is longer or shorter than the header."""
        width = len(self.header)
        for fields in self._reader:
            if len(fields) == width:
                yield self._reader.line_num, fields
            elif fields:
                raise InputRefused(
                    f"Line {self._reader.line_num} has {len(fields)} fields, but the header has {width}."
                )


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Refuses a file that cannot be read, or that is no CSV in UTF-8, also when only its middle shows it."""
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            yield Source(path, file)
    except OSError as error:
        raise InputRefused(f"The file {path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputRefused(f"The file {path} is not a CSV file in UTF-8: {error}.") from error
