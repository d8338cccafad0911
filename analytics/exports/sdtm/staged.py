"""The rows of all datasets, laid aside on disk while the participants come one after the other.

What a dataset says of itself before its rows (how many they are, how long the longest text is) is only known
when the last of them is there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from analytics.exports.sdtm.datasets import Placed, Row
from analytics.exports.sdtm.domains import DATASETS, Domain
from analytics.exports.sdtm.record import Value

CHUNK = 1 << 16


@dataclass
class ValueLevel:
    """What the values of one test, or one qualifier, are: the longest, whether all are numbers, the label."""

    label: str
    longest: int = 1
    numbers: bool = True
    places: int = 0
    derived: bool = False

    def add(self, text: str, *, number: bool, derived: bool) -> None:
        """One more value."""
        self.longest = max(self.longest, len(text))
        self.numbers = self.numbers and number
        self.places = max(self.places, len(text.partition(".")[2]) if number else 0)
        self.derived = self.derived or derived


@dataclass
class Staged:
    """One dataset on disk, with what was seen of it."""

    domain: Domain
    rows: int = 0
    longest: dict[str, int] = field(default_factory=dict)
    values: dict[str, ValueLevel] = field(default_factory=dict)
    _file: IO[bytes] = field(default_factory=TemporaryFile)

    def add(self, row: Row) -> None:
        """One more row."""
        for name, value in row.items():
            if value is not None:
                self.longest[name] = max(self.longest.get(name, 1), len(str(value)))
        self._see(row)
        line = json.dumps([plain(row[name]) for name in self.domain.names], ensure_ascii=False)
        self._file.write((",\n" if self.rows else "").encode() + line.encode())
        self.rows += 1

    def content(self) -> Iterator[bytes]:
        """The rows as JSON, with commas between."""
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            yield chunk

    def close(self) -> None:
        self._file.close()

    def _see(self, row: Row) -> None:
        code = self.domain.code
        if code.startswith("SUPP"):
            level = self.values.setdefault(str(row["QNAM"]), ValueLevel(str(row["QLABEL"])))
            level.add(str(row["QVAL"]), number=False, derived=row["QORIG"] == "Derived")
        elif row.get(f"{code}ORRES") is not None and code != "IE":
            level = self.values.setdefault(str(row[f"{code}TESTCD"]), ValueLevel(str(row[f"{code}TEST"])))
            number = row[f"{code}STRESN"] is not None
            derived = row.get(f"{code}DRVFL") == "Y"
            level.add(str(row[f"{code}ORRES"]), number=number, derived=derived)


@dataclass
class Stage:
    """All datasets that have a row. Closed, nothing of them is left on disk."""

    datasets: dict[str, Staged] = field(default_factory=dict)

    def add(self, placed: Placed) -> None:
        """One more row of the dataset that it names."""
        code, row = placed
        if code not in self.datasets:
            self.datasets[code] = Staged(DATASETS[code])
        self.datasets[code].add(row)

    def in_order(self) -> list[Staged]:
        """The datasets in the order of the domains."""
        return [self.datasets[code] for code in DATASETS if code in self.datasets]

    def close(self) -> None:
        for staged in self.datasets.values():
            staged.close()


def plain(value: Value) -> str | int | float | None:
    """A value in JSON's types."""
    return float(value) if isinstance(value, Decimal) else value
