"""From simulated trials to a power curve with a band, and to the sizes that are needed.

Between sizes, power follows Φ(a √n − z): one number a for each assumption, the standardised effect. Estimated
from all sizes together it is less noisy than any one proportion; what noise is left is taken out of the band.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from analytics.mixed.arrays import Floats
from analytics.mixed.planning.trial import Tally
from analytics.mixed.refusals import NotEstimable

# The share of the assumptions that the band contains.
BAND = 0.90
STEPS = 60
# Between the simulated sizes the curve is told at so many.
SIZES_BETWEEN = 45


@dataclass(frozen=True)
class Predicted:
    """At one size: `power` over all assumptions, `lower` and `upper` for those within the band."""

    participants: int
    power: float
    lower: float
    upper: float


@dataclass(frozen=True)
class PowerPoint(Predicted):
    """At a simulated size: `observed` is the share of trials that found the effect, with its Monte-Carlo
    standard error; `failed` could not be analysed.
    """

    observed: float
    se: float
    failed: int


@dataclass(frozen=True)
class Needed:
    """How many participants reach a power: under the median assumption, and within the band, `fewest` to
    `most`; None where no size reaches it.
    """

    power: float
    participants: int | None
    fewest: int | None
    most: int | None


@dataclass(frozen=True)
class PowerCurve:
    """`points` are the sizes that were simulated, `between` the same curve at sizes close to each other;
    `trials` were simulated in all, over `assumptions` draws.
    """

    points: tuple[PowerPoint, ...]
    between: tuple[Predicted, ...]
    needed: tuple[Needed, ...]
    trials: int
    assumptions: int


def power_curve(
    tallies: Sequence[Sequence[Tally]], *, alpha: float = 0.05, powers: Iterable[float] = (0.8, 0.9)
) -> PowerCurve:
    """From the tallies of each assumption, which have the same sizes in the same order."""
    if not tallies or not tallies[0]:
        raise NotEstimable("No trial was simulated.")
    from scipy.special import ndtri

    z = float(ndtri(1 - alpha / 2))
    slopes, variances = zip(*(_slope(of_one, z) for of_one in tallies), strict=True)
    spread = _without_noise(np.array(slopes), np.array(variances))
    points = tuple(
        _point([of_one[place] for of_one in tallies], spread, z) for place in range(len(tallies[0]))
    )
    return PowerCurve(
        points=points,
        between=tuple(Predicted(size, *_powers(size, spread, z)) for size in _sizes(tallies[0])),
        needed=tuple(_needed(power, spread, z) for power in powers),
        trials=sum(tally.trials for of_one in tallies for tally in of_one),
        assumptions=len(tallies),
    )


def _slope(tallies: Sequence[Tally], z: float) -> tuple[float, float]:
    """The a of one assumption by maximum likelihood with Firth's penalty, and its variance; Fisher scoring.

    The penalty takes out the bias of few trials, and keeps a finite where all of them found the effect. It is
    half the logarithm of the information, so sizes at which power is complete have next to no say.
    """
    from scipy.special import ndtr

    roots = np.array([sqrt(tally.participants) for tally in tallies])
    trials = np.array([tally.trials for tally in tallies], dtype=float)
    found = np.array([tally.found for tally in tallies], dtype=float)
    a = (z + 0.5) / roots.mean()
    for _ in range(STEPS):
        at = a * roots - z
        density = np.exp(-(at**2) / 2) / sqrt(2 * np.pi)
        power = np.clip(ndtr(at), 1e-12, 1 - 1e-12)
        weight = trials * density**2 / (power * (1 - power))
        information = float((weight * roots**2).sum())
        score = float((roots * density * (found - trials * power) / (power * (1 - power))).sum())
        # The derivative of half the logarithm of the information.
        bend = -2 * at - density * (1 - 2 * power) / (power * (1 - power))
        score += float((weight * roots**3 * bend).sum()) / (2 * information)
        step = float(np.clip(score / information, -0.5 * abs(a) - 0.01, 0.5 * abs(a) + 0.01))
        a += step
        if abs(step) < 1e-12:
            break
    return a, 1 / information


def _without_noise(slopes: Floats, variances: Floats) -> Floats:
    """Drawn together about their mean, until they vary as much as they do beyond Monte-Carlo error."""
    mean = slopes.mean()
    if len(slopes) < 2:
        return slopes
    observed = slopes.var(ddof=1)
    kept = max(0.0, 1.0 - float(variances.mean()) / observed) if observed > 0 else 0.0
    return np.asarray(mean + sqrt(kept) * (slopes - mean))


def _point(tallies: Sequence[Tally], slopes: Floats, z: float) -> PowerPoint:
    size = tallies[0].participants
    trials = sum(tally.trials for tally in tallies)
    share = sum(tally.found for tally in tallies) / trials
    return PowerPoint(
        size,
        *_powers(size, slopes, z),
        observed=share,
        se=sqrt(share * (1 - share) / trials),
        failed=sum(tally.failed for tally in tallies),
    )


def _powers(size: int, slopes: Floats, z: float) -> tuple[float, float, float]:
    """Their mean, and the two ends of the band."""
    from scipy.special import ndtr

    powers = ndtr(slopes * sqrt(size) - z)
    lower, upper = np.quantile(powers, [(1 - BAND) / 2, (1 + BAND) / 2])
    return float(powers.mean()), float(lower), float(upper)


def _sizes(tallies: Sequence[Tally]) -> list[int]:
    """Even ones from the first to the last that was simulated."""
    first, last = tallies[0].participants, tallies[-1].participants
    return sorted({2 * round(size / 2) for size in np.linspace(first, last, SIZES_BETWEEN)})


def _needed(power: float, slopes: Floats, z: float) -> Needed:
    from scipy.special import ndtri

    wanted = z + float(ndtri(power))
    low, middle, high = np.quantile(slopes, [(1 - BAND) / 2, 0.5, (1 + BAND) / 2])
    return Needed(power, *(_even(wanted, float(a)) for a in (middle, high, low)))


def _even(wanted: float, a: float) -> int | None:
    """The smallest even size at which a √n reaches what is wanted; None where a does not rise."""
    if a <= 0:
        return None
    return 2 * int(np.ceil((wanted / a) ** 2 / 2))
