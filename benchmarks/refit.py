"""What a fit with Kenward–Roger costs: beside other tools, by the size of the trial, after one change.

python -m benchmarks.refit          all of it, about ten minutes
python -m benchmarks.refit --quick  small trials and few repetitions, about two minutes
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import numpy as np

from analytics.mixed import ModelSpec, fit
from benchmarks import report
from benchmarks.comparison import Plan, against_peers, in_words
from benchmarks.two_arms import UNSTRUCTURED, VISITS, TwoArms, simulate

FULL = Plan(sizes=(26, 1_000, 10_000, 100_000), peers_up_to=100_000, runs=7, patience=30.0)
QUICK = Plan(sizes=(26, 1_000), peers_up_to=1_000, runs=3, patience=5.0)
# How often a fit is repeated, and how many visits change.
REPEATED, REPEATED_QUICK = 300, 100

SMALL, LARGE = 1_000, 1_000_000
SIZE_RATIO = 1.2
AFTER_CHANGE = 0.005
ANALYSES = {"visits alone": ModelSpec(), "arms × visits and baseline": UNSTRUCTURED}


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small trials, few repetitions")
    parser.add_argument("--peers-up-to", type=int, metavar="N", help="the largest trial given to other tools")
    options = parser.parse_args(arguments)
    plan = QUICK if options.quick else FULL
    if options.peers_up_to is not None:
        plan = replace(plan, peers_up_to=options.peers_up_to)
    repeated = REPEATED_QUICK if options.quick else REPEATED
    against_peers(plan)
    large = simulate(LARGE)
    against_size(large, repeated)
    after_a_change(large, repeated)


def against_size(large: TwoArms, repetitions: int) -> None:
    """Small and large in turns, so that what else the machine does hits both."""
    report.heading(f"Fit from statistics: {LARGE:,} participants against {SMALL:,}, the same strata")
    statistics = {SMALL: simulate(SMALL).statistics(), LARGE: large.statistics()}
    assert statistics[SMALL].products.keys() == statistics[LARGE].products.keys()
    seconds: dict[int, list[float]] = {n: [] for n in statistics}
    iterations = {}
    for _ in range(repetitions):
        for n, present in statistics.items():
            start = time.perf_counter()
            result = fit(present, UNSTRUCTURED)
            seconds[n].append(time.perf_counter() - start)
            iterations[n] = result.iterations
    for n, values in seconds.items():
        print(f"  {n:>9,} participants: {spread(values)}, {iterations[n]} iterations")
    ratio = median(seconds[LARGE]) / median(seconds[SMALL])
    print(f"  Ratio {ratio:.2f}. Goal: at most {SIZE_RATIO:g}, {_met(ratio <= SIZE_RATIO)}.")


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    middle, late = 1000 * np.quantile(seconds, (0.5, 0.95))
    return f"median {middle:.2f} ms, p95 {late:.2f} ms, n = {len(seconds)}"


def after_a_change(trial: TwoArms, changes: int) -> None:
    """Changes the trial itself."""
    report.heading(
        f"One visit of {len(trial.outcomes):,} participants changes: old vector removed, new one added,\n"
        "fit with Kenward–Roger, changes from the first visit"
    )
    statistics = trial.statistics()
    updates: list[float] = []
    refits: dict[str, list[float]] = {name: [] for name in ANALYSES}
    iterations: dict[str, list[int]] = {name: [] for name in ANALYSES}
    for row, visit, value in planned_changes(trial, changes):
        old, cell = trial.vector(row), trial.cell(row)
        trial.outcomes[row, visit] = value
        new = trial.vector(row)
        start = time.perf_counter()
        statistics = statistics.remove(old, cell).add(new, cell)
        updates.append(time.perf_counter() - start)
        for name, spec in ANALYSES.items():
            start = time.perf_counter()
            result = fit(statistics, spec)
            result.changes()
            refits[name].append(updates[-1] + time.perf_counter() - start)
            iterations[name].append(result.iterations)
            assert result.converged
    print(f"  The statistics alone: {spread(updates)}")
    for name, seconds in refits.items():
        print(f"  To new estimates, {name}: {spread(seconds)}, iterations {_range(iterations[name])}")
        print(f"    Goal: at most {in_words(AFTER_CHANGE)}, {_met(median(seconds) <= AFTER_CHANGE)}.")
    start = time.perf_counter()
    rebuilt = trial.statistics()
    seconds_of_rebuild = time.perf_counter() - start
    assert rebuilt.to_bytes() == statistics.to_bytes()
    print(
        f"  After {changes} changes the bytes of the statistics equal those of a full rebuild, "
        f"which takes {in_words(seconds_of_rebuild)}."
    )


def planned_changes(trial: TwoArms, changes: int) -> Iterator[tuple[int, int, float]]:
    """Participant, visit and its new value; one in ten loses the value, if another is left."""
    random = np.random.default_rng(changes)
    for _ in range(changes):
        row, visit = int(random.integers(len(trial.outcomes))), int(random.integers(len(VISITS)))
        value = float(np.round(random.uniform(0, 10), 1))
        others = np.delete(trial.outcomes[row], visit)
        lost = random.random() < 0.1 and not np.isnan(others).all()
        yield row, visit, np.nan if lost else value


def _range(numbers: Sequence[int]) -> str:
    return f"{min(numbers)} to {max(numbers)}"


def _met(goal: bool) -> str:
    return "met" if goal else "missed"


if __name__ == "__main__":
    main(sys.argv[1:])
