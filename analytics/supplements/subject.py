"""What every part needs: the data set, the declared model fitted to it, its participants."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics import declared, mixed
from analytics.datasets.totals import Totals
from analytics.datasets.vectors import Dataset
from analytics.mixed.diagnostics import Refit, without_each
from analytics.mixed.people import People, Person
from analytics.mixed.sensitivity import Targets
from trial.protocol.analyses import Analysis
from trial.protocol.supplements import Supplement

# Of the hexadecimal digits of a hash as many as make a seed.
SEED_DIGITS = 15


@dataclass(frozen=True)
class Subject:
    """A data set with what is declared of its outcome."""

    dataset: Dataset
    supplement: Supplement

    @property
    def analysis(self) -> Analysis:
        return self.dataset.analysis

    @cached_property
    def statistics(self) -> mixed.Statistics:
        return Totals.of(self.dataset).statistics

    @cached_property
    def result(self) -> mixed.Result:
        """The declared model. Raises NotEstimable where there is none to use."""
        found = mixed.fit(self.statistics, declared.as_model(self.analysis))
        if not found.converged:
            raise mixed.NotEstimable(" ".join(found.warnings))
        return found

    @cached_property
    def persons(self) -> tuple[Person, ...]:
        return tuple(Person(vector.participant, vector.values) for vector in self.dataset.present())

    @cached_property
    def people(self) -> People:
        return People.of(self.statistics.shape, self.persons)

    @cached_property
    def refits(self) -> tuple[Refit, ...]:
        """The declared model without each participant."""
        return tuple(without_each(self.statistics, self.result, self.persons))

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
