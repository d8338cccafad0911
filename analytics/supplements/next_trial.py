"""The power of the next trial, in pieces that workers can share."""

from collections.abc import Sequence
from dataclasses import asdict

from analytics.mixed.planning import Assumption, Plan, Tally, assumptions, power_curve, simulate
from analytics.supplements.content import Content
from analytics.supplements.subject import Subject

# Draws of the assumptions in a piece: about two seconds.
DRAWS_IN_A_PIECE = 2
# Of the generators of a subject.
TRIALS = 3


def pieces(subject: Subject) -> int:
    """How many there are."""
    return -(-subject.supplement.next_trial.draws // DRAWS_IN_A_PIECE)


def piece(subject: Subject, number: int) -> Content:
    """The tallies of the draws that belong to a piece, each the same whoever simulates it.

    Raises NotEstimable where the declared model has no result, or cannot be drawn from.
    """
    first = number * DRAWS_IN_A_PIECE
    last = min(first + DRAWS_IN_A_PIECE, subject.supplement.next_trial.draws)
    return {"draws": [_draw(subject, draw) for draw in range(first, last)]}


def combined(subject: Subject, found: Sequence[Content]) -> Content:
    """`points` of the power curve with their band, the curve `between` them, the sizes `needed`, and the
    draws that they rest on.
    """
    asked = subject.supplement.next_trial
    draws = [draw for each in found for draw in each["draws"]]
    tallies = [[Tally(**tally) for tally in draw["tallies"]] for draw in draws]
    curve = power_curve(tallies, alpha=asked.alpha, powers=asked.powers)
    return {
        "effect": _effect(subject),
        "effect_source": asked.source,
        "alpha": asked.alpha,
        "visits": list(subject.analysis.visits),
        "points": [asdict(point) for point in curve.points],
        "between": [asdict(predicted) for predicted in curve.between],
        "needed": [asdict(needed) for needed in curve.needed],
        "trials": curve.trials,
        "assumptions": [draw["assumption"] for draw in draws],
    }


def _draw(subject: Subject, number: int) -> Content:
    rng = subject.generator(TRIALS, number)
    (drawn,) = assumptions(subject.result, subject.people, rng, 1, effect=_effect(subject))
    asked, analysis = subject.supplement.next_trial, subject.analysis
    plan = Plan(analysis.visits, analysis.precision, alpha=asked.alpha)
    tallies = [simulate(plan, drawn, size, asked.trials, rng) for size in asked.sizes]
    return {"assumption": _assumption(drawn), "tallies": [asdict(each) for each in tallies]}


def _effect(subject: Subject) -> float:
    """Towards improvement, in units of the outcome."""
    return -subject.worse * subject.supplement.next_trial.effect


def _assumption(drawn: Assumption) -> Content:
    """Standard deviations at the first and the last visit, their correlation, and who stays to the last."""
    first, last = float(drawn.sigma[0, 0]), float(drawn.sigma[-1, -1])
    return {
        "sd_first": first**0.5,
        "sd_last": last**0.5,
        "correlation": float(drawn.sigma[0, -1]) / (first * last) ** 0.5,
        "stay": float(drawn.stays[-1]),
    }
