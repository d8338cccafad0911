"""Which visits are not over: a value that is not there yet is awaited, and nobody has dropped out."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import QuerySet, Value

from analytics.datasets.vectors import Vector
from trial import clock
from trial.audit import positions
from trial.audit.as_of import as_of
from trial.audit.positions import Position
from trial.models import Injection, StudyEnd, Visit, Withdrawal
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

# Stands among the visits of a participant who takes part no more.
ENDED = ""


@dataclass(frozen=True)
class AwaitedVisits:
    """`open` holds, of each participant who was injected, the visits whose window is not over and that nobody
    said were not done; of each whose participation has ended none. Of all others every visit is awaited.
    """

    open: Mapping[str, frozenset[str]]

    def holds(self, participant: str, visit: str) -> bool:
        return participant not in self.open or visit in self.open[participant]

    def follows(self, analysis: Analysis, vector: Vector) -> bool:
        """Whether the first visit after a participant's last value is awaited."""
        after = analysis.visits[vector.last + 1 :]
        return bool(after) and self.holds(vector.participant, after[0])

    def content_hash(self, analysis: Analysis) -> str:
        """SHA-256 of a line for each participant: code and open visits of the analysis, separated by tabs."""
        lines = (
            "\t".join((participant, *(visit for visit in analysis.visits if visit in visits)))
            for participant, visits in sorted(self.open.items())
        )
        return sha256("\n".join(lines).encode()).hexdigest()


def read() -> AwaitedVisits:
    """As the clock stands, at each site its own day. Two queries."""
    performed = Injection.objects.filter(record__removed=False, injperf="Y", injdat__isnull=False)
    over = _over()
    injected = {
        injection.record.participant.code: _open(injection)
        - over.get(injection.record.participant.code, set())
        for injection in performed.select_related("record__participant__site")
    }
    ended = [participant for participant, visits in over.items() if ENDED in visits]
    return AwaitedVisits({**injected, **dict.fromkeys(ended, frozenset())})


def at(position: Position) -> AwaitedVisits:
    """As of a position: what was due is judged at its last event, so that the same position says the same."""
    with clock.turned_to(positions.last_moment(position)), as_of(position):
        return read()


def withdrawn() -> QuerySet[Withdrawal]:
    """Of whoever only began to fill it in, nothing: a withdrawal has a day and a reason."""
    return Withdrawal.objects.filter(record__removed=False, wddat__isnull=False, wddecod__isnull=False)


def _open(injection: Injection) -> frozenset[str]:
    today = injection.record.participant.site.today()
    windows = STUDY.schedule.windows(injection.injdat)
    return frozenset(code for code, window in windows.items() if window.last >= today)


def _over() -> Mapping[str, set[str]]:
    """Of each participant by code the visits that were not done; ENDED stands for all."""
    code, ended = "record__participant__code", Value(ENDED)
    withdrew = withdrawn().values_list(code, ended)
    completed = StudyEnd.objects.filter(record__removed=False, secomp__isnull=False, sedat__isnull=False)
    not_done = Visit.objects.filter(occurred="N").values_list("participant__code", "code")
    found: defaultdict[str, set[str]] = defaultdict(set)
    for participant, visit in not_done.union(withdrew, completed.values_list(code, ended)):
        found[participant].add(visit)
    return found
