"""A source of the casebooks that are in the database, read as they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from analytics.exports import casebooks
from analytics.exports.casebooks import Casebook
from analytics.exports.dataset import Cells, Dataset
from analytics.exports.format import Writer
from analytics.exports.options import Options
from analytics.exports.source import Occasion
from tests.analytics.exports.formats.small import Files
from trial.audit import positions
from trial.models import Participant


@dataclass
class Booked:
    """`books` in place of those of everybody, when they are given."""

    options: Options = field(default_factory=Options)
    books: list[Casebook] | None = None

    @property
    def occasion(self) -> Occasion:
        return Occasion(timezone.now(), positions.current(), None, "", ("01",), "Ana Example", "test")

    def casebooks(self) -> Iterator[Casebook]:
        yield from casebooks.read(Participant.objects.all()) if self.books is None else self.books

    def datasets(self) -> tuple[Dataset, ...]:
        raise NotImplementedError

    def count(self, dataset: Dataset) -> int:
        raise NotImplementedError

    def rows(self, dataset: Dataset) -> Iterator[Cells]:
        raise NotImplementedError

    def copy(self, dataset: Dataset) -> Iterator[bytes]:
        raise NotImplementedError


def written(write: Writer, source: Booked | None = None) -> dict[str, bytes]:
    """The files that a format makes of the casebooks."""
    archive = Files()
    write(source or Booked(), archive)
    return archive.written
