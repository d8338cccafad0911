"""How far the injected fluid spread, on each side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analytics.description.share import Share
from analytics.description.spread import Spread
from trial.crf.codelists import DISPERSION, LATERALITY
from trial.models import InjectionSide, Participant


@dataclass(frozen=True)
class SideDispersion:
    """Of one side: how many were injected, the segments that the fluid reached, and its pattern."""

    side: str
    injected: int
    segments: Spread
    patterns: tuple[tuple[str, Share], ...]


def dispersion(treated: Sequence[Participant]) -> tuple[SideDispersion, ...]:
    """One query."""
    rows = InjectionSide.objects.filter(removed=False, record__removed=False, sidedone="Y")
    rows = rows.filter(record__participant__in=treated)
    found = list(rows.values_list("key", "dispseg", "disppat"))
    return tuple(_side(code, [row[1:] for row in found if row[0] == code]) for code in LATERALITY.codes)


def _side(code: str, rows: list[tuple[int | None, str | None]]) -> SideDispersion:
    patterns = [pattern for _, pattern in rows if pattern is not None]
    return SideDispersion(
        side=LATERALITY.label(code),
        injected=len(rows),
        segments=Spread.of(segments for segments, _ in rows),
        patterns=tuple(_shares(patterns)),
    )


def _shares(patterns: list[str]) -> Iterable[tuple[str, Share]]:
    for code in DISPERSION.codes:
        if code in patterns:
            yield DISPERSION.label(code), Share(patterns.count(code), len(patterns))
