"""The parts of a supplement, by name: of how many pieces each consists, and how they become its content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analytics.supplements import diagnostics, influence, next_trial, sensitivity
from analytics.supplements.content import Content
from analytics.supplements.subject import Subject

# Raise it when a part says something else of the same data: what was kept is then made anew.
FORMAT = 4


@dataclass(frozen=True)
class Part:
    """`quiet_s` is for how long data must not have changed before it is worth the work."""

    pieces: Callable[[Subject], int]
    piece: Callable[[Subject, int], Content]
    combined: Callable[[Subject, Sequence[Content]], Content]
    quiet_s: int


def _whole(content: Callable[[Subject], Content]) -> Part:
    """A part in one piece."""
    return Part(
        pieces=lambda subject: 1,
        piece=lambda subject, number: content(subject),
        combined=lambda subject, found: found[0],
        quiet_s=5,
    )


PARTS: Mapping[str, Part] = {
    "sensitivity": _whole(sensitivity.content),
    "diagnostics": _whole(diagnostics.content),
    "influence": _whole(influence.content),
    "planning": Part(next_trial.pieces, next_trial.piece, next_trial.combined, quiet_s=60),
}
