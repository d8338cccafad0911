"""Lumbar flexion (anteflexion) in degrees: the mean of up to three trials."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from trial.protocol.scoring.rounding import half_up


def mean(trials: Sequence[Decimal | None]) -> Decimal | None:
    """The mean of the trials that were done, in degrees, half up to 0.1; None without a trial."""
    done = [Fraction(trial) for trial in trials if trial is not None]
    return half_up(sum(done, Fraction(0)) / len(done), 1) if done else None


def spread(trials: Sequence[Decimal | None]) -> Decimal | None:
    """Largest minus smallest trial, in degrees; None with fewer than two."""
    done = [trial for trial in trials if trial is not None]
    return max(done) - min(done) if len(done) > 1 else None
