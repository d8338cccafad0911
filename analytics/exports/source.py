"""What a format writes from: the data of one position, cut to what was chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from analytics.exports.casebooks import Casebook
from analytics.exports.dataset import Cells, Dataset
from analytics.exports.options import Options
from trial.audit.positions import Position


@dataclass(frozen=True)
class Occasion:
    """Of what moment an export is and for whom: what every file of it says.

    `made_at` is when it was read. `seal` and `seal_hash` are the number and the hash of the seal as of which
    it was read, or of the newest seal when it was read as of now or of a position.
    """

    made_at: datetime
    position: Position
    seal: int | None
    seal_hash: str
    sites: tuple[str, ...]
    by: str
    software: str


class Source(Protocol):
    """Read it within the snapshot of the export, each part as often as needed."""

    @property
    def options(self) -> Options: ...

    @property
    def occasion(self) -> Occasion: ...

    def datasets(self) -> tuple[Dataset, ...]:
        """The tables of the chosen shape, in the order in which they are written."""

    def count(self, dataset: Dataset) -> int:
        """How many rows the table has."""

    def rows(self, dataset: Dataset) -> Iterator[Cells]:
        """The rows in their order, in flat memory."""

    def copy(self, dataset: Dataset) -> Iterator[bytes]:
        """The rows as CSV without a head, written by the database itself, with the choices for CSV."""

    def casebooks(self) -> Iterator[Casebook]:
        """The participants with all that was filled in for them, one after the other, by their codes."""
