"""What `power` found."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from analytics.mixed.command.answers.head import head
from analytics.mixed.command.answers.plain import Answer
from analytics.mixed.command.options import PowerOptions
from analytics.mixed.command.table import Table
from analytics.mixed.people import People
from analytics.mixed.planning import Assumption, Plan, Tally, assumptions, power_curve, simulate
from analytics.mixed.planning.power import BAND
from analytics.mixed.result import Result


def power(result: Result, table: Table, options: PowerOptions) -> Answer:
    """Each draw of the assumptions has a generator of its own, so more draws leave the others as they are.

    Refuses a baseline that is not the first visit.
    """
    plan = Plan(result.visits, table.statistics.precision, alpha=options.alpha)
    people = People.of(table.statistics.shape, table.persons())
    drawn = [_draw(result, people, plan, options, number) for number in range(options.draws)]
    curve = power_curve([tallies for _, tallies in drawn], alpha=options.alpha)
    return {
        **head(result, table, options),
        "effect": options.effect,
        "share": options.share,
        "alpha": options.alpha,
        "seed": options.seed,
        "draws": options.draws,
        "trials": options.trials,
        "plan": {"covariance": plan.covariance, "fallbacks": plan.fallbacks},
        "band": BAND,
        "points": [asdict(point) for point in curve.points],
        "needed": [asdict(needed) for needed in curve.needed],
        "assumptions": [asdict(assumption) for assumption, _ in drawn],
    }


def _draw(
    result: Result, people: People, plan: Plan, options: PowerOptions, number: int
) -> tuple[Assumption, Sequence[Tally]]:
    rng = np.random.default_rng([options.seed, number])
    (drawn,) = assumptions(result, people, rng, 1, effect=options.effect, share=options.share)
    return drawn, [simulate(plan, drawn, size, options.trials, rng) for size in options.sizes]
