"""Who moves the estimates: each of 1,000 participants left out and the model fitted again, exactly.

python -m benchmarks.influence
"""

import time
from collections.abc import Sequence

from analytics.mixed import ModelSpec, fit
from analytics.mixed.diagnostics import Influence, influence, without_each
from analytics.mixed.estimate import Estimate
from analytics.mixed.people import Person
from analytics.mixed.result import Result
from benchmarks import report
from benchmarks.rounds import Round, say
from benchmarks.two_arms import UNSTRUCTURED, VISITS, TwoArms, simulate

PARTICIPANTS = 1_000
ROUNDS = 3
GOAL = 5.0
ANALYSES = {"visits alone": ModelSpec(), "arms × visits and baseline": UNSTRUCTURED}


def main() -> None:
    report.heading(
        f"Each of {PARTICIPANTS:,} participants left out of the statistics, unstructured fit with\n"
        "Kenward–Roger, shifts of the estimates and Cook's distance"
    )
    trial = simulate(PARTICIPANTS)
    for name, spec in ANALYSES.items():
        rounds = [measured(trial, spec) for _ in range(ROUNDS)]
        say(name, rounds, GOAL)


def measured(trial: TwoArms, spec: ModelSpec) -> Round:
    """From the statistics and the fit to everybody's influence."""
    statistics = trial.statistics()
    persons = [Person(f"P{row}", trial.vector(row), trial.cell(row)) for row in range(PARTICIPANTS)]
    result = fit(statistics, spec)
    start, begun = time.perf_counter(), time.process_time()
    found = influence(result, without_each(statistics, result, persons), stated)
    ended = Round(time.perf_counter() - start, time.process_time() - begun)
    check(found)
    return ended


def stated(result: Result) -> Sequence[Estimate]:
    """The estimates that a reader asks about."""
    return result.differences_in_change(VISITS[0]) if result.arms else result.changes(VISITS[0])


def check(found: Sequence[Influence]) -> None:
    assert len(found) == PARTICIPANTS
    assert all(each.cook is not None and each.shifts for each in found)


if __name__ == "__main__":
    main()
