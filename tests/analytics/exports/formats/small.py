"""A source of a few rows that are in memory, and an archive of files that are."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO

from analytics.exports.casebooks import Casebook
from analytics.exports.dataset import Cells, Column, Dataset, Kind
from analytics.exports.format import Writer
from analytics.exports.options import Options, Values
from analytics.exports.source import Occasion
from analytics.exports.tabular.labels import with_labels
from trial.audit.positions import Position

YES_NO = (("Y", "Yes"), ("N", "No"))
METHODS = (("DOUBLE INCLINOMETER", "Double inclinometer"), ("GONIOMETER", "Goniometer, µ “Winkel”"))
GRADES = (("0", "None"), ("1", "Mild"), ("3", "Severe"))

PARTICIPANT = Column("participant", "Participant")
ONE_OF_EACH = Dataset(
    "each_kind",
    "One column of each kind",
    (
        PARTICIPANT,
        Column("note", "Note", length=20_000, form="pain", item="note"),
        Column("note_missing", "Why there is no note", Kind.CODE, codes=YES_NO, missing_of="note"),
        Column("method", "Method", Kind.CODE, codes=METHODS),
        Column("grade", "Grade", Kind.CODE, codes=GRADES),
        Column("kinds", "Kinds", Kind.CODES, codes=METHODS),
        Column("count", "Count", Kind.WHOLE),
        Column("height", "Height", Kind.DECIMAL, unit="cm", places=2),
        Column("ratio", "Ratio", Kind.DECIMAL),
        Column("day", "Day", Kind.DATE),
        Column("onset", "Onset", Kind.PARTIAL_DATE),
        Column("clock", "Clock", Kind.TIME),
        Column("saved_at", "Saved at", Kind.MOMENT),
    ),
    key=("participant",),
)
FULL: Cells = (
    *("001-001", "sore", None, "DOUBLE INCLINOMETER", "3", "DOUBLE INCLINOMETER;GONIOMETER"),
    *("-12", "181.50", "0.125", "2026-03-31", "2019-05", "14:05", "2026-03-31T12:05:09Z"),
)
EMPTY: Cells = ("001-002", None, "Y", *(None,) * 10)
OTHER: Cells = (
    *("001-003", "=1+1", None, "GONIOMETER", "0", "GONIOMETER"),
    *("32767", "-0.05", "-7", "2024-02-29", "2019", "00:00", "1999-12-31T23:59:59Z"),
)


def table_of(*columns: Column) -> Dataset:
    return Dataset("small", "A small table", columns, key=(columns[0].name,))


def table_of_texts() -> Dataset:
    return table_of(PARTICIPANT, Column("note", "Note", length=40_000))


@dataclass
class Small:
    """The tables with their rows; `copy` writes them as PostgreSQL's COPY does. `told` is a wrong count."""

    tables: dict[Dataset, list[Cells]]
    options: Options = field(default_factory=Options)
    told: int | None = None

    @property
    def occasion(self) -> Occasion:
        made_at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
        return Occasion(made_at, Position(1, "50:60:"), None, "", ("01",), "Ana Example", "test")

    def datasets(self) -> tuple[Dataset, ...]:
        return tuple(self.tables)

    def count(self, dataset: Dataset) -> int:
        return len(self.tables[dataset]) if self.told is None else self.told

    def rows(self, dataset: Dataset) -> Iterator[Cells]:
        return iter(self.tables[dataset])

    def copy(self, dataset: Dataset) -> Iterator[bytes]:
        """Cut into pieces of a few bytes, so that a piece ends anywhere."""
        lines = (map(self._quoted, self._shown(row, dataset)) for row in self.tables[dataset])
        written = "".join(self.options.separator.join(cells) + "\r\n" for cells in lines).encode()
        return (written[start : start + 7] for start in range(0, len(written), 7))

    def _quoted(self, cell: str) -> str:
        special = {self.options.separator, '"', "\r", "\n"}
        return '"' + cell.replace('"', '""') + '"' if special & set(cell) else cell

    def casebooks(self) -> Iterator[Casebook]:
        raise NotImplementedError

    def _shown(self, row: Cells, dataset: Dataset) -> Iterable[str]:
        both = with_labels(row, dataset)
        place = 0
        for cell, column in zip(row, dataset.columns, strict=True):
            code, label = both[place], both[place + 1] if column.codes else None
            place += 2 if column.codes else 1
            if column.kind is Kind.DECIMAL and cell:
                code = cell.replace(".", self.options.decimal)
            if not column.codes or self.options.values is not Values.LABELS:
                yield code or ""
            if column.codes and self.options.values is not Values.CODES:
                yield label or ""


@dataclass
class Files:
    """An archive that keeps what was written, and how many rows it was told of."""

    written: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int | None] = field(default_factory=dict)
    advanced: int = 0

    @contextmanager
    def file(self, name: str, *, rows: int | None = None) -> Iterator[BinaryIO]:
        assert name not in self.written
        content = BytesIO()
        yield content
        self.written[name] = content.getvalue()
        self.rows[name] = rows

    def advance(self, rows: int) -> None:
        self.advanced += rows


def files_of(write: Writer, dataset: Dataset, rows: list[Cells], options: Options | None = None) -> Files:
    """What a format makes of one table."""
    archive = Files()
    write(Small({dataset: rows}, options or Options()), archive)
    return archive
