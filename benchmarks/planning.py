"""Planning the next trial: 10,000 simulated trials of 130 participants, on two processes of one thread each.

python -m benchmarks.planning
"""

import os
import resource
import time
from decimal import Decimal
from multiprocessing import get_context

import numpy as np

from analytics.mixed.planning import Assumption, Plan, Tally, power_curve, simulate
from analytics.mixed.planning.assumption import known
from benchmarks import report
from benchmarks.rounds import Round, say

TRIALS = 10_000
PARTICIPANTS = 130
PROCESSES = 2
ROUNDS = 3
GOAL = 60.0
SEED = 20260
# So many assumptions, each with as many trials, as a pilot's uncertainty would be asked about.
ASSUMPTIONS = 100

PLAN = Plan(("BL", "W1", "W2", "W12"), Decimal("0.1"))
MEANS = np.array([6.6, 5.2, 4.8, 4.1])
SD = np.array([1.3, 1.7, 1.9, 2.2])
CORRELATION = 0.6 ** np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
STAYS = (1.0, 0.95, 0.9, 0.85)
EFFECT = -1.0


def main() -> None:
    report.heading(
        f"{TRIALS:,} simulated trials of n = {PARTICIPANTS}, a baseline and three visits after it,\n"
        f"unstructured fit with Kenward–Roger, on {PROCESSES} processes"
    )
    # Before the processes load their linear algebra, which would otherwise take threads of its own.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    rounds, tallies = zip(*(measured() for _ in range(ROUNDS)), strict=True)
    say("all trials", rounds, GOAL)
    (point,) = power_curve([[each] for each in tallies[0]]).points
    print(f"    found in {point.observed:.1%} (standard error {point.se:.1%}), {point.failed} not fitted")


def measured() -> tuple[Round, list[Tally]]:
    """With the start of the processes."""
    start, before = time.perf_counter(), _of_children()
    pool = get_context("spawn").Pool(PROCESSES)
    tallies = pool.map(tally, range(ASSUMPTIONS), chunksize=5)
    pool.close()
    pool.join()
    ended = Round(time.perf_counter() - start, (_of_children() - before) / PROCESSES)
    assert sum(each.trials for each in tallies) == TRIALS
    return ended, tallies


def _of_children() -> float:
    """The processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tally(number: int) -> Tally:
    """Of one assumption, with random numbers of its own."""
    random = np.random.default_rng([SEED, number])
    return simulate(PLAN, assumption(random), PARTICIPANTS, TRIALS // ASSUMPTIONS, random)


def assumption(random: np.random.Generator) -> Assumption:
    """Another effect each time."""
    covariance = CORRELATION * np.outer(SD, SD)
    return known(MEANS, covariance, STAYS, EFFECT + random.normal(scale=0.3))


if __name__ == "__main__":
    main()
