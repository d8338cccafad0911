"""What every part needs: the data set, the declared model fitted to it, its participants."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics import declared, mixed
from analytics.datasets.awaited import AwaitedVisits
from analytics.datasets.vectors import Dataset, Vector
from analytics.mixed.diagnostics import Refit, without_each
from analytics.mixed.people import People, Person
from analytics.mixed.sensitivity import Targets
from trial.protocol.analyses import Analysis
from trial.protocol.supplements import Supplement

# Of the hexadecimal digits of a hash as many as make a seed.
SEED_DIGITS = 15
# One fit for each and a dot for each value: with more, neither a worker nor a reader would come to an end.
MOST = 3_000
TOO_MANY = "What stands beside an analysis is calculated for at most {most} participants; there are {n}."


@dataclass(frozen=True)
class Subject:
    """A data set with what is declared of its outcome, and the visits that are not over."""

    dataset: Dataset
    supplement: Supplement
    awaited: AwaitedVisits

    @property
    def analysis(self) -> Analysis:
        return self.dataset.analysis

    @cached_property
    def statistics(self) -> mixed.Statistics:
        """Those of the run, told apart by who is awaited."""
        return mixed.Statistics.build(
            visits=self.analysis.visits,
            precision=self.analysis.precision,
            vectors=[person.vector for person in self._everybody],
        )

    @cached_property
    def result(self) -> mixed.Result:
        """The declared model. Raises NotEstimable where there is none to use."""
        found = mixed.fit(self.statistics, declared.as_model(self.analysis))
        if not found.converged:
            raise mixed.NotEstimable(" ".join(found.warnings))
        return found

    @cached_property
    def persons(self) -> tuple[Person, ...]:
        """Raises NotEstimable where there are too many."""
        if len(self._everybody) > MOST:
            raise mixed.NotEstimable(TOO_MANY.format(most=MOST, n=len(self._everybody)))
        return self._everybody

    @cached_property
    def people(self) -> People:
        return People.of(self.statistics.shape, self.persons)

    @cached_property
    def refits(self) -> tuple[Refit, ...]:
        """The declared model without each participant."""
        return tuple(without_each(self.statistics, self.result, self.persons))

    @cached_property
    def _everybody(self) -> tuple[Person, ...]:
        return tuple(Person(vector.participant, self._vector(vector)) for vector in self.dataset.present())

    def _vector(self, vector: Vector) -> mixed.Vector:
        """Nobody drops out by a visit that is not over, nor by those after it."""
        if not self.awaited.follows(self.analysis, vector):
            return vector.values
        seen = vector.last + 1
        return (*vector.values[:seen], *(mixed.AWAITED,) * (len(vector.values) - seen))

    @property
    def targets(self) -> Targets:
        return Targets(self.analysis.reference)

    @property
    def worse(self) -> int:
        """The sign of a change for the worse."""
        return 1 if self.analysis.improves == "down" else -1

    def generator(self, *stream: int) -> np.random.Generator:
        """The same for the same data, another for each stream."""
        return np.random.default_rng([int(self.dataset.content_hash()[:SEED_DIGITS], 16), *stream])
