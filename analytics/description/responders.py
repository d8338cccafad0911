"""Who improved by as much as the protocol says is worth having."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.datasets.vectors import Dataset, Value, Vector
from analytics.description.share import Share
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis
from trial.protocol.supplements import Responder


@dataclass(frozen=True)
class Response:
    """At one visit, of those with a value there and at the reference visit: how many improved by so many
    units, and by this share of their first value. Who began at zero cannot improve by a share.
    """

    visit: str
    by_units: Share
    by_percent: Share


def responders(
    outcomes: Mapping[Analysis, Dataset],
) -> tuple[tuple[Analysis, Responder, tuple[Response, ...]], ...]:
    """Of each outcome for which it is declared. No query."""
    return tuple(
        (analysis, supplement.responder, tuple(_responses(outcomes[analysis], supplement.responder)))
        for supplement in STUDY.supplements
        if supplement.responder and (analysis := STUDY.analysis(supplement.outcome))
    )


def _responses(dataset: Dataset, rule: Responder) -> Iterable[Response]:
    analysis, people = dataset.analysis, dataset.vectors
    first = analysis.visits.index(analysis.reference)
    for place, visit in enumerate(analysis.visits):
        if place != first:
            yield _response(analysis, rule, visit, [_pair(vector, first, place) for vector in people])


def _pair(vector: Vector, first: int, place: int) -> tuple[Value, Value]:
    return vector.values[first], vector.values[place]


def _response(analysis: Analysis, rule: Responder, visit: str, pairs: list[tuple[Value, Value]]) -> Response:
    both = [(before, after) for before, after in pairs if before is not None and after is not None]
    sign = -1 if analysis.improves == "down" else 1
    gains = [(sign * (after - before), before) for before, after in both]
    from_above = [(gain, before) for gain, before in gains if before > 0]
    return Response(
        visit=visit,
        by_units=Share(sum(gain >= rule.units for gain, _ in gains), len(gains)),
        by_percent=Share(
            sum(100 * gain >= rule.percent * before for gain, before in from_above), len(from_above)
        ),
    )
