"""All parts of the description, of the same participants."""

from dataclasses import dataclass

from analytics.description.baseline import Trait, baseline
from analytics.description.completeness import VisitCompleteness, completeness
from analytics.description.dispersion import SideDispersion, dispersion
from analytics.description.populations import outcomes, treated
from analytics.description.responders import Response, responders
from analytics.description.safety import Safety, safety
from trial.protocol.analyses import Analysis
from trial.protocol.supplements import Responder


@dataclass(frozen=True)
class Summary:
    """What was observed, part by part; of an outcome in the order of the declared analyses."""

    safety: Safety
    baseline: tuple[Trait, ...]
    responders: tuple[tuple[Analysis, Responder, tuple[Response, ...]], ...]
    dispersion: tuple[SideDispersion, ...]
    completeness: tuple[tuple[Analysis, tuple[VisitCompleteness, ...]], ...]


def summary(allowed: frozenset[str]) -> Summary:
    """Only of those who are `allowed` is told what was written of events.

    As many queries for many participants as for few; who was treated is read once, for all parts.
    """
    people = treated()
    read = outcomes(people)
    return Summary(
        safety(people, allowed),
        baseline(people, read),
        responders(read),
        dispersion(people),
        completeness(people),
    )
