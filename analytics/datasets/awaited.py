"""Which visits are not over: a value that is not there yet is awaited, and nobody has dropped out."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from analytics.datasets.vectors import Vector
from trial import clock
from trial.audit import positions
from trial.audit.as_of import as_of
from trial.audit.positions import Position
from trial.models import Injection, StudyEnd, Visit, Withdrawal
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis


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
    """As the clock stands, at each site its own day. Three queries."""
    performed = Injection.objects.filter(record__removed=False, injperf="Y")
    not_done = _not_done()
    found = {
        injection.record.participant.code: _open(injection) - not_done[injection.record.participant_id]
        for injection in performed.select_related("record__participant__site")
    }
    return AwaitedVisits({**found, **dict.fromkeys(_ended(), frozenset())})


def at(position: Position) -> AwaitedVisits:
    """As of a position: what was due is judged at its last event, so that the same position says the same."""
    with clock.turned_to(positions.last_moment(position)), as_of(position):
        return read()


def _open(injection: Injection) -> frozenset[str]:
    today = injection.record.participant.site.today()
    windows = STUDY.schedule.windows(injection.injdat)
    return frozenset(code for code, window in windows.items() if window.last >= today)


def _not_done() -> Mapping[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for participant, visit in Visit.objects.filter(occurred="N").values_list("participant", "code"):
        found[participant].add(visit)
    return found


def _ended() -> list[str]:
    withdrawn = Withdrawal.objects.filter(record__removed=False).values_list("record__participant__code")
    ended = StudyEnd.objects.filter(record__removed=False).values_list("record__participant__code")
    return [code for (code,) in withdrawn.union(ended)]
