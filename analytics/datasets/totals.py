"""What a data set amounts to: its sufficient statistics, and the hash of its values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Self

from analytics.datasets.set_hash import SetHash
from analytics.datasets.vectors import Dataset, Vector, head, line
from analytics.mixed import Statistics
from trial.protocol.analyses import Analysis

# Raise it when `vectors.read` takes in something else: totals of what was read before are then made anew.
READING = 1


@dataclass(frozen=True)
class Totals:
    """Both parts are exact and know no order: the same participants give the same bits, whatever was
    added, taken out or corrected on the way there.
    """

    analysis: Analysis
    statistics: Statistics
    content: SetHash

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """From all participants; InputRefused for a value that is no multiple of the precision."""
        analysis = dataset.analysis
        present = tuple(dataset.present())
        return cls(
            analysis,
            Statistics.build(
                visits=analysis.visits,
                precision=analysis.precision,
                vectors=(vector.values for vector in present),
            ),
            SetHash.of(line(analysis, vector) for vector in present),
        )

    def __add__(self, others: Self) -> Self:
        """With other participants of the same analysis."""
        return replace(
            self,
            statistics=self.statistics.merge(others.statistics),
            content=self.content + others.content,
        )

    def without(self, vectors: Iterable[Vector]) -> Self:
        """Without some participants; InputRefused for a vector that cannot be part of the statistics."""
        vectors = tuple(vectors)
        statistics = self.statistics
        for vector in vectors:
            statistics = statistics.remove(vector.values)
        lines = SetHash.of(line(self.analysis, vector) for vector in vectors)
        return replace(self, statistics=statistics, content=self.content - lines)

    def data_hash(self) -> str:
        """That of the data set: see `Dataset.content_hash`."""
        return self.content.hexdigest(head(self.analysis))

    def digest(self) -> str:
        """SHA-256 of everything that is kept of them."""
        return sha256(self.statistics.to_bytes() + self.content.state).hexdigest()


def shape(analysis: Analysis) -> str:
    """What totals of an analysis must have in common to be compared: SHA-256, in hexadecimal.

    It covers form, item and visits, how records are read, and in the empty statistics the precision and the
    engine's format.
    """
    empty = Totals.of(Dataset(analysis, ()))
    read = f"{analysis.form}\t{READING}\n".encode()
    return sha256(head(analysis) + read + empty.statistics.to_bytes()).hexdigest()
