"""How often a test of no change says "change" although there is none, in small trials.

    python -m benchmarks.type_one_error

simulates trials, fits and tests them, and writes the table of docs/explanation/statistics/type-one-error.md,
which is left alone where `--trials` is not the number that it publishes.
The page explains the design. Each trial has its own random numbers, so neither the number of trials nor that
of processes changes any single one.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from analytics.mixed import CovarianceName, ModelSpec, NotEstimable, Statistics, fit
from analytics.mixed.arrays import Floats

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "statistics" / "type-one-error.md"
BEGIN = "<!-- The table is written by python -m benchmarks.type_one_error. -->"
END = "<!-- End of the table. -->"

SEED = 20260
TRIALS = 10_000
PROCESSES = 2
SIZES = (26, 12)
LEVEL = 0.05

VISITS = ("BL", "W1", "W2", "W12")
PRECISION = Decimal("0.1")
MEAN = 6.0
SD = np.array([1.3, 1.7, 1.9, 2.2])
CORRELATION = np.array(
    [
        [1.00, 0.45, 0.35, 0.20],
        [0.45, 1.00, 0.70, 0.45],
        [0.35, 0.70, 1.00, 0.60],
        [0.20, 0.45, 0.60, 1.00],
    ]
)
# After W1 and after W2 a participant leaves with probability 1 / (1 + exp(-(LEAVING + STEEPNESS z))), z the
# standardised last value: who feels worse leaves more often. About 12 % have left before the last visit.
LEAVING = -2.95
STEEPNESS = 0.8

FITTED: dict[CovarianceName, str] = {"un": "unstructured", "ri": "random intercept"}
METHODS = ("z", "Satterthwaite", "Kenward–Roger, observed", "Kenward–Roger, expected")

Verdict = tuple[bool, ...] | None
"""Whether each of METHODS rejects; None where the model could not be fitted."""


@dataclass(frozen=True)
class Row:
    """One model fitted to trials of one size; `rejected` counts by method, among `fitted` trials."""

    n: int
    covariance: CovarianceName
    fitted: int
    not_fitted: int
    rejected: tuple[int, ...]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--trials", type=int, default=TRIALS, help=f"of each size (default: {TRIALS})")
    parser.add_argument("--no-page", action="store_true", help="print the table and leave the page alone")
    options = parser.parse_args(arguments)
    table = render(rows(options.trials), options.trials)
    print(table)
    if options.trials != TRIALS:
        print(f"The page is left alone: it publishes {TRIALS:,} trials of each size.")
    elif not options.no_page:
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), table), encoding="utf-8")


def simulate(n: int, trial: int) -> Floats:
    """The outcomes (n, visits) of a trial in which nothing changes; NaN after a participant has left."""
    random = np.random.default_rng([SEED, n, trial])
    root = np.linalg.cholesky(CORRELATION)
    standardised = random.standard_normal((n, len(VISITS))) @ root.T
    outcomes = np.round(MEAN + SD * standardised, 1)
    chance = 1.0 / (1.0 + np.exp(-(LEAVING + STEEPNESS * standardised)))
    left = random.random((n, 2)) < chance[:, 1:3]
    outcomes[left[:, 0], 2] = np.nan
    outcomes[left.any(axis=1), 3] = np.nan
    return outcomes


def p_values(statistics: Statistics, covariance: CovarianceName) -> tuple[float, ...] | None:
    """Of the change at the last visit, by METHODS; None where the search did not converge.

    Two fits instead of four: for one contrast the degrees of freedom by Satterthwaite are those of Kenward
    and Roger by observed information, and only the standard error is another. Raises NotEstimable.
    """
    from scipy.special import ndtr, stdtr

    observed = fit(statistics, ModelSpec(covariance=covariance, information="observed"))
    expected = fit(statistics, ModelSpec(covariance=covariance, information="expected"))
    if not (observed.converged and expected.converged):
        return None
    change, place = observed.changes(VISITS[0])[-1], observed.names.index(f"visit{VISITS[-1]}")
    statistic = abs(change.estimate) / sqrt(observed.vcov[place, place])
    return (
        2.0 * float(ndtr(-statistic)),
        2.0 * float(stdtr(change.df, -statistic)),
        change.p,
        expected.changes(VISITS[0])[-1].p,
    )


def verdicts(n: int, trial: int) -> dict[CovarianceName, Verdict]:
    """Of one trial, for each fitted model."""
    statistics = Statistics.from_arrays(visits=VISITS, precision=PRECISION, outcomes=simulate(n, trial))
    return {covariance: _verdict(statistics, covariance) for covariance in FITTED}


def _verdict(statistics: Statistics, covariance: CovarianceName) -> Verdict:
    try:
        found = p_values(statistics, covariance)
    except NotEstimable:
        return None
    return None if found is None else tuple(p < LEVEL for p in found)


def rows(trials: int) -> Iterator[Row]:
    """Simulate and fit; `trials` of each size."""
    with Pool(PROCESSES) as pool:
        for n in SIZES:
            cases = [(n, trial) for trial in range(trials)]
            found = pool.starmap(verdicts, cases, chunksize=50)
            for covariance in FITTED:
                yield count(n, covariance, [each[covariance] for each in found])


def count(n: int, covariance: CovarianceName, found: Iterable[Verdict]) -> Row:
    """How many trials each method rejects, and how many could not be fitted."""
    times = Counter(found)
    not_fitted = times.pop(None, 0)
    rejected = tuple(
        sum(times[verdict] for verdict in times if verdict is not None and verdict[place])
        for place in range(len(METHODS))
    )
    return Row(n, covariance, times.total(), not_fitted, rejected)


def render(found: Iterable[Row], trials: int) -> str:
    """A Markdown table: percentages of the fitted trials, each with its Monte-Carlo standard error."""
    head = ["n", "fitted covariance", *METHODS, "not fitted"]
    lines = [head, ["---"] * len(head), *map(_cells, found)]
    caption = (
        f"{trials:,} trials of each size, nominal level {100 * LEVEL:.0f} %, seed {SEED}. "
        "In brackets the Monte-Carlo standard error."
    )
    return "\n".join([*("| " + " | ".join(cells) + " |" for cells in lines), "", caption])


def _cells(row: Row) -> list[str]:
    rates = [rate(rejected, row.fitted) for rejected in row.rejected]
    return [str(row.n), FITTED[row.covariance], *rates, str(row.not_fitted)]


def rate(rejected: int, trials: int) -> str:
    """ "4.6 % (0.21)": the share with its standard error, both in percent."""
    if not trials:
        return "–"
    share = rejected / trials
    return f"{100 * share:.1f} % ({100 * sqrt(share * (1 - share) / trials):.2f})"


def replaced(page: str, table: str) -> str:
    """The page with this table between its marks. ValueError where they are not there, once and in order."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


if __name__ == "__main__":
    main(sys.argv[1:])
