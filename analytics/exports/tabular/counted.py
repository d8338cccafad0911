"""Rows on their way into a file: counted, and held against how many were counted before."""

from collections.abc import Iterator

from analytics.exports.dataset import Cells, Dataset
from analytics.exports.format import Archive
from analytics.exports.source import Source
from trial.refusals import Refusal

AT_ONCE = 1000


def tables(source: Source) -> dict[Dataset, int]:
    """The tables of the source, each with how many rows it has. Refused when the choices leave no columns."""
    found = source.datasets()
    if not found or not all(dataset.columns for dataset in found):
        raise Refusal("export_nothing")
    return {dataset: source.count(dataset) for dataset in found}


def counted(source: Source, dataset: Dataset, expected: int, archive: Archive) -> Iterator[Cells]:
    """The rows of a table, told to the archive. Refused at the end when they are not so many as expected."""
    number = 0
    for number, row in enumerate(source.rows(dataset), start=1):
        yield row
        if number % AT_ONCE == 0:
            archive.advance(AT_ONCE)
    archive.advance(number % AT_ONCE)
    compare(dataset, expected, number)


def compare(dataset: Dataset, expected: int, written: int) -> None:
    """Refuse when not just as many rows were written as had been counted."""
    if written != expected:
        raise Refusal("export_count", table=dataset.name, written=written, expected=expected)


class Lines:
    """How many rows of CSV have passed: line ends outside quotation marks, however the pieces are cut."""

    def __init__(self) -> None:
        self.rows = 0
        self._quoted = False

    def passed(self, piece: bytes) -> int:
        """How many rows end in this piece."""
        stretches = piece.split(b'"')
        ended = sum(stretch.count(b"\n") for stretch in stretches[self._quoted :: 2])
        self._quoted ^= len(stretches) % 2 == 0
        self.rows += ended
        return ended
