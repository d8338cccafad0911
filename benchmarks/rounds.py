"""Repetitions of something long, by the clock and by the processor: they differ where others use it too."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Round:
    """`seconds` by the clock, and what they would be were each process alone on its core."""

    seconds: float
    alone: float


def say(name: str, rounds: Sequence[Round], goal: float) -> None:
    """Medians and ranges, and whether the goal in seconds is met by the clock."""
    seconds, alone = [each.seconds for each in rounds], [each.alone for each in rounds]
    met = "met" if median(seconds) <= goal else "missed"
    print(f"  {name}: {_spread(seconds)}, n = {len(rounds)}. Goal: {goal:g} s, {met}.")
    print(f"    processor time of each process: {_spread(alone)}", flush=True)


def _spread(values: Sequence[float]) -> str:
    return f"median {median(values):.2f} s, {min(values):.2f} to {max(values):.2f} s"
