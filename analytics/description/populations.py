"""Who is counted."""

from collections.abc import Mapping, Sequence

from analytics.datasets import vectors
from analytics.datasets.vectors import Dataset
from trial.models import Injection, Participant
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis


def treated() -> tuple[Participant, ...]:
    """The safety population: participants whose injection was performed, with their sites. One query."""
    performed = Injection.objects.filter(injperf="Y", record__removed=False)
    people = Participant.objects.filter(pk__in=performed.values("record__participant"))
    return tuple(people.select_related("site"))


def outcomes(people: Sequence[Participant]) -> Mapping[Analysis, Dataset]:
    """Of these participants every outcome that is analysed. One query for each."""
    codes = [person.code for person in people]
    return {analysis: vectors.read(analysis, participants=codes) for analysis in STUDY.analyses}
